import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { UnreachableError } from "../../../errors";
import { Channel, type ChannelOptions } from "./channel";

/** Idle channels that are kept for the next request. */
const MAXIMUM_IDLE = 64;

/** One channel per server, shared by every request to it. */
export class ChannelPool {
  readonly #channels = new Map<string, Promise<Channel>>();
  /** Channels that have used up their message IDs, until their last conversation ends. */
  readonly #retired = new Set<Channel>();
  readonly #open = new Set<Channel>();
  readonly #options: ChannelOptions;
  #isClosed = false;

  constructor(options: ChannelOptions) {
    this.#options = options;
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

  /** @throws UnreachableError */
  async acquire(href: string, host: string, port: number): Promise<Channel> {
    const key = `${host} ${port}`;
    const known = this.#channels.get(key);
    if (known) {
      const channel = await known;
      if (!channel.isExhausted) return channel;
      this.#retire(key, known, channel);
    }
    this.#sweep();
    const opening = this.#channels.get(key) ?? this.#begin(key, href, host, port);
    return opening;
  }

  close(): void {
    this.#isClosed = true;
    for (const channel of this.#open) channel.close();
    this.#open.clear();
    this.#retired.clear();
    this.#channels.clear();
  }

  #begin(key: string, href: string, host: string, port: number): Promise<Channel> {
    const opening = this.#openChannel(href, host, port).catch((error: unknown) => {
      // The next request tries again.
      this.#channels.delete(key);
      throw error;
    });
    this.#channels.set(key, opening);
    return opening;
  }

  async #openChannel(href: string, host: string, port: number): Promise<Channel> {
    let channel: Channel;
    try {
      const address = isIP(host) > 0 ? host : (await lookup(host, { verbatim: false })).address;
      channel = await Channel.open({ address, port }, this.#options);
    } catch (cause) {
      throw new UnreachableError(href, cause instanceof Error ? cause.message : String(cause), {
        cause,
      });
    }
    if (this.#isClosed) {
      channel.close();
      throw new UnreachableError(href, "the client was stopped");
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
