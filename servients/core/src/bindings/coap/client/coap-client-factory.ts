import { randomInt } from "node:crypto";
import type { ProtocolClient, ProtocolClientFactory } from "@node-wot/core";
import { type Logger, silentLogger } from "../../../log";
import { createRng } from "../../../random";
import { type Clock, systemClock } from "../../../time";
import { keepContentsInMemory } from "../../in-memory-contents";
import { DEFAULT_PARAMETERS, type TransmissionParameters } from "../message";
import type { PskCredentials } from "../stream";
import { ChannelPool } from "./channel-pool";
import { CoapBindingClient, type CoapClientContext } from "./coap-client";
import type { NotificationCounters } from "./observed-resource";
import { tlsChannels, udpChannels } from "./open-channel";
import { SharedObservations } from "./shared-observation";
import type { CoapScheme } from "./target";

export interface CoapClientOptions {
  /** @default "coap" */
  readonly scheme?: CoapScheme;
  /** Shown by `coaps+tcp` for Things that have no credentials of their own. */
  readonly psk?: PskCredentials;
  /** Longest wait of one interaction, retransmissions and all blocks included. @default 10 000 */
  readonly timeoutMs?: number;
  /** Confirmable requests; false sends each once, so that a lost one is a lost one. @default true */
  readonly confirmable?: boolean;
  /** Between two readings of a server that takes no observers. @default 2000 */
  readonly pollingIntervalMs?: number;
  /** Largest response, all blocks together, in bytes. @default 16 MiB */
  readonly maxPayloadBytes?: number;
  /** A new source port is taken after so many messages, for their 16-bit IDs. @default 65 000 */
  readonly maxMessagesPerSocket?: number;
  readonly transmission?: Partial<TransmissionParameters>;
  readonly clock?: Clock;
  readonly log?: Logger;
}

/**
 * Consumes Things over CoAP, by UDP or by TLS. One socket per server carries the requests of all its clients; a
 * request leaves nothing behind once it is answered.
 */
export class CoapBindingClientFactory implements ProtocolClientFactory {
  readonly scheme: CoapScheme;
  readonly #pool: ChannelPool;
  readonly #context: CoapClientContext;
  readonly #observations = new SharedObservations();

  constructor(options: CoapClientOptions = {}) {
    keepContentsInMemory();
    const clock = options.clock ?? systemClock;
    const rng = createRng(randomInt(0x100000000), "coap-client");
    const parameters = { ...DEFAULT_PARAMETERS, ...options.transmission };
    const maximumMessages = options.maxMessagesPerSocket ?? 65_000;
    const timeoutMs = options.timeoutMs ?? 10_000;
    const maximumPayloadBytes = options.maxPayloadBytes ?? 16 * 1024 * 1024;
    this.scheme = options.scheme ?? "coap";
    this.#pool = new ChannelPool(
      this.scheme === "coap"
        ? udpChannels({ clock, rng, parameters, maximumMessages })
        : tlsChannels({ clock, timeoutMs, maximumPayloadBytes }),
    );
    this.#context = {
      scheme: this.scheme,
      psk: options.psk,
      pool: this.#pool,
      clock,
      rng,
      log: options.log ?? silentLogger,
      timeoutMs,
      isConfirmable: options.confirmable ?? true,
      pollingIntervalMs: options.pollingIntervalMs ?? 2_000,
      maximumPayloadBytes,
      counters: { notifications: 0, missed: 0 },
      observations: this.#observations,
    };
  }

  /**
   * Notifications handed on since the start, and those that servers have skipped for slow observers:
   * told by the gaps in their numbers, which servers of ours, and libcoap's, count by one.
   */
  get counters(): Readonly<NotificationCounters> {
    return { ...this.#context.counters };
  }

  /** What the clients hold now: sockets, retransmission timers, observations. */
  get held(): { channels: number; confirmables: number; observations: number } {
    return {
      channels: this.#pool.size,
      confirmables: this.#pool.pending,
      observations: this.#observations.size,
    };
  }

  /** Clients are light: node-wot makes one per consumed Thing, or per call with a form index. */
  getClient(): ProtocolClient {
    return new CoapBindingClient(this.#context);
  }

  init(): boolean {
    return true;
  }

  /** Ends everything at once; servers are told by one datagram each. */
  destroy(): boolean {
    this.#observations.abandonAll();
    this.#pool.close();
    return true;
  }
}
