import type { ProtocolClientFactory, ProtocolServer } from "@node-wot/core";
import type { ThingOperations } from "../consumer";

/** What every server of ours counts since it was constructed. */
export interface BindingCounters {
  /** Requests understood well enough to be routed. */
  readonly requests: number;
  /** Requests answered with an error of any kind. */
  readonly errors: number;
  /** Messages that are not the protocol, or not a request this binding knows. */
  readonly malformed: number;
  /** Subscriptions open now; left out where the broker keeps them. */
  readonly subscribers?: number;
}

export interface BindingServer extends ProtocolServer {
  readonly counters: BindingCounters;
}

/** What can be asked of a whole Thing. */
export type Operations = Pick<ThingOperations, keyof ThingOperations>;

export interface ServerOverrides {
  /** Base address the forms advertise instead of the real one. */
  readonly baseUrl?: string;
}

/** Everything one binding needs to be put under test. Opened once per `describeBinding`. */
export interface BindingHarness {
  /** A server not yet started, on a free port of 127.0.0.1 or at the harness's broker. */
  createServer(overrides?: ServerOverrides): BindingServer;
  /** @param options.timeoutMs longest wait of one request */
  createClientFactory(options: { timeoutMs: number }): ProtocolClientFactory;
  /** The base every href of a started server begins with, `http://127.0.0.1:41234`. */
  baseUrl(server: BindingServer): string;
  /** Where the server gives a Thing Description to who asks there. Default: nowhere. */
  descriptionUrl?(server: BindingServer, thing: WoT.ExposedThing): string;
  /** Another way to operations on whole Things than ours, as another implementation has it. */
  operations?(thing: WoT.ConsumedThing): Operations;
  /** What a slow implementation needs from one notification to the next. Default 5 ms. */
  readonly notificationGapMs?: number;
  /** Makes the server unreachable without stopping the consumer. Default: `server.stop()`. */
  cut?(server: BindingServer): Promise<void>;
  /**
   * Throws `count` malformed messages at the server (seeded, so that a failure repeats) and
   * resolves with how many of them the server has to have counted as malformed.
   */
  sendMalformed(server: BindingServer, count: number): Promise<number>;
  close(): Promise<void>;
}

/** Where a protocol itself sets a limit. Each default is the strictest claim. */
export interface BindingCapabilities {
  /** Every notification of a burst arrives (else: the last one does). Default true. */
  readonly everyNotification: boolean;
  /** Largest payload tried both ways, bytes. Default 100,000. */
  readonly largePayloadBytes: number;
  /** A request to a Thing nobody exposes is refused, not ignored. Default true. */
  readonly answersForUnknownThings: boolean;
  /** An op can be tried against a form that does not offer it. Default true. */
  readonly refusesOpsOutsideTheForm: boolean;
  /** The client learns that the server has stopped from the connection. Default true. */
  readonly noticesStoppedServer: boolean;
  /** Media types values can be had and sent in; forms name no other. Default JSON and CBOR. */
  readonly mediaTypes: readonly string[];
}

export const STRICTEST: BindingCapabilities = {
  everyNotification: true,
  largePayloadBytes: 100_000,
  answersForUnknownThings: true,
  refusesOpsOutsideTheForm: true,
  noticesStoppedServer: true,
  mediaTypes: ["application/json", "application/cbor"],
};
