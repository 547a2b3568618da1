import { createHash } from "node:crypto";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { FogwotError, UnreachableError } from "../../../errors";
import type { PskCredentials } from "../stream";
import type { Channel } from "./channel";

/** Idle channels that are kept for the next request. */
const MAXIMUM_IDLE = 64;

/** A server, and what to show it. */
export interface Destination {
  readonly href: string;
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  /** Undefined where no credentials are shown. */
  readonly psk?: PskCredentials | undefined;
}

/**
 * Makes a channel to an address.
 * @param signal ends the attempt
 */
export type OpenChannel = (
  destination: Destination,
  address: string,
  signal: AbortSignal,
) => Promise<Channel>;

/** One channel per server and credentials, shared by every request to it. */
export class ChannelPool {
  readonly #channels = new Map<string, Promise<Channel>>();
  /** Channels that take no more requests, until their last conversation ends. */
  readonly #retired = new Set<Channel>();
  readonly #open = new Set<Channel>();
  readonly #openChannel: OpenChannel;
  readonly #closing = new AbortController();

  constructor(openChannel: OpenChannel) {
    this.#openChannel = openChannel;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Retransmission timers that run. */
  get pending(): number {
    let pending = 0;
    for (const channel of this.#open) pending += channel.pending;
    return pending;
  }

  /** @throws UnreachableError; InteractionError 401 when the credentials are refused */
  async acquire(destination: Destination): Promise<Channel> {
    const key = keyOf(destination);
    const known = this.#channels.get(key);
    if (known !== undefined) {
      const channel = await known;
      if (!channel.isExhausted) return channel;
      this.#retire(key, known, channel);
    }
    this.#sweep();
    return this.#channels.get(key) ?? this.#begin(key, destination);
  }

  close(): void {
    this.#closing.abort();
    for (const channel of this.#open) channel.close();
    this.#open.clear();
    this.#retired.clear();
    this.#channels.clear();
  }

  #begin(key: string, destination: Destination): Promise<Channel> {
    const opening = this.#connect(destination).catch((error: unknown) => {
      // The next request tries again.
      this.#channels.delete(key);
      throw error;
    });
    this.#channels.set(key, opening);
    return opening;
  }

  async #connect(destination: Destination): Promise<Channel> {
    const { href, host } = destination;
    const { signal } = this.#closing;
    let channel: Channel;
    try {
      const address = isIP(host) > 0 ? host : (await lookup(host, { verbatim: false })).address;
      channel = await this.#openChannel(destination, address, signal);
    } catch (cause) {
      if (cause instanceof FogwotError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UnreachableError(href, signal.aborted ? STOPPED : reason, { cause });
    }
    if (signal.aborted) {
      channel.close();
      throw new UnreachableError(href, STOPPED);
    }
    this.#open.add(channel);
    return channel;
  }

  #retire(key: string, opening: Promise<Channel>, channel: Channel): void {
    if (this.#channels.get(key) !== opening) return;
    this.#channels.delete(key);
    this.#retired.add(channel);
  }

  /** Closes what is idle and either used up or more than is worth keeping. */
  #sweep(): void {
    for (const channel of this.#retired) {
      if (!channel.isIdle) continue;
      this.#retired.delete(channel);
      this.#drop(channel);
    }
    if (this.#open.size < MAXIMUM_IDLE) return;
    for (const channel of this.#open) {
      if (this.#open.size < MAXIMUM_IDLE) return;
      if (channel.isIdle) this.#drop(channel);
    }
  }

  #drop(channel: Channel): void {
    channel.close();
    this.#open.delete(channel);
  }
}

const STOPPED = "the client was stopped";

/** Whoever shows other credentials gets a connection of his own. */
export function keyOf({ host, port, psk }: Destination): string {
  if (!psk) return `${host} ${port}`;
  const key = createHash("sha256").update(psk.key).digest("base64");
  return `${host} ${port} ${key} ${psk.identity}`;
}
