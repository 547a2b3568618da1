import { randomBytes } from "node:crypto";
import { InteractionTimeoutError, UnreachableError } from "../../errors";
import type { Logger } from "../../log";
import type { Clock } from "../../time";
import { abortable } from "../limits";
import type { BrokerAddress } from "./broker-url";
import { BrokerConnection } from "./connection";
import type { Publication, Qos } from "./outbox";
import { RequestChannel } from "./request-channel";
import type { TlsOptions } from "./stream";
import { type TopicListener, type TopicMessage, TopicRouter } from "./topic-router";
import { topicLevel } from "./topics";

export interface BrokerSessionOptions {
  readonly address: BrokerAddress;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly protocolVersion?: 4 | 5;
  readonly tls?: TlsOptions;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What bounds one use of the session. */
export interface SessionLimits {
  /** Longest wait, ms. */
  readonly timeoutMs: number;
  /** Gives it up. */
  readonly signal: AbortSignal | undefined;
}

/** A subscription that can be ended, once. */
export interface TopicSubscription {
  end(): Promise<void>;
}

/** What all clients of one broker and user share: connection, requests, subscriptions. */
export class BrokerSession {
  readonly connection: BrokerConnection;
  readonly requests: RequestChannel;
  readonly #clock: Clock;
  readonly #router = new TopicRouter();
  readonly #closeListeners = new Set<() => void>();
  #isStopped = false;

  constructor(options: BrokerSessionOptions) {
    // Also a topic level of its own, so that an ACL can give each client its answers (`%c`).
    const clientId = `fogwot-${randomBytes(6).toString("hex")}`;
    this.#clock = options.clock;
    this.connection = new BrokerConnection({
      ...options,
      clientId,
      onMessage: (topic, payload, packet) => {
        if (this.requests.onMessage(topic, payload, packet)) return;
        const { subscriptionIdentifier } = packet.properties ?? {};
        const filters = this.connection.subscriptions.filtersOf(subscriptionIdentifier);
        this.#router.dispatch(topic, payload, packet, filters);
      },
      onLost: () => this.requests.onLost(),
    });
    // Who has a name gets answers where nobody else may read.
    const { username } = options;
    const client = username ? `${topicLevel(username)}/${clientId}` : clientId;
    this.requests = new RequestChannel(this.connection, options.clock, client);
  }

  /** Whether it takes no more requests. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  get listeners(): number {
    return this.#router.size;
  }

  /** Publishes and waits for the broker's acknowledgement (QoS 0: for the write). */
  async publish(publication: Publication, limits: SessionLimits): Promise<void> {
    const href = `${this.connection.href}/${publication.topic}`;
    await this.#deadline(href, limits, async () => {
      await this.connection.whenReady(limits.timeoutMs, limits.signal);
      await new Promise<void>((resolve, reject) => {
        this.connection.outbox.publish({
          ...publication,
          perishable: true,
          onResult: (error) => (error ? reject(error) : resolve()),
        });
      });
    });
  }

  /** @throws InteractionError when the broker refuses, UnreachableError, InteractionTimeoutError */
  async subscribe(
    filters: readonly string[],
    qos: Qos,
    limits: SessionLimits,
    listener: TopicListener,
    onClosed?: () => void,
  ): Promise<TopicSubscription> {
    const href = `${this.connection.href}/${filters[0] ?? ""}`;
    const removals = filters.map((filter) => this.#router.add(filter, listener));
    if (onClosed) this.#closeListeners.add(onClosed);
    let isEnded = false;
    const end = async () => {
      if (isEnded) return;
      isEnded = true;
      for (const remove of removals) remove();
      if (onClosed) this.#closeListeners.delete(onClosed);
      await this.connection.subscriptions.unsubscribe(filters);
    };
    try {
      const granted = this.connection.subscriptions.subscribe(filters, { qos, identified: true });
      // Nobody waits for it when there is no connection in time.
      granted.catch(() => undefined);
      await this.#deadline(href, limits, async () => {
        await this.connection.whenReady(limits.timeoutMs, limits.signal);
        await granted;
      });
    } catch (error) {
      await end();
      throw error;
    }
    return { end };
  }

  /** The next message of any of the filters: the retained one, where there is one. */
  async readRetained(
    filters: readonly string[],
    qos: Qos,
    limits: SessionLimits,
  ): Promise<TopicMessage> {
    const href = `${this.connection.href}/${filters[0] ?? ""}`;
    let take: TopicListener = () => undefined;
    const first = new Promise<TopicMessage>((resolve) => {
      take = resolve;
    });
    const known = this.connection.subscriptions.size;
    const subscription = await this.subscribe(filters, qos, limits, (message) => take(message));
    try {
      const isShared = this.connection.subscriptions.size < known + filters.length;
      if (isShared)
        for (const filter of filters) await this.connection.subscriptions.refresh(filter);
      return await this.#deadline(href, limits, () => first);
    } finally {
      await subscription.end();
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.requests.close();
    for (const onClosed of this.#closeListeners) onClosed();
    this.#closeListeners.clear();
    await this.connection.stop();
  }

  async #deadline<T>(
    href: string,
    { timeoutMs, signal }: SessionLimits,
    work: () => Promise<T>,
  ): Promise<T> {
    let cancel = () => {};
    const limit = new Promise<never>((_resolve, reject) => {
      cancel = this.#clock.schedule(timeoutMs, () => {
        if (this.connection.isReady) reject(new InteractionTimeoutError(href, timeoutMs));
        else
          reject(new UnreachableError(href, `the broker is not connected within ${timeoutMs} ms`));
      });
    });
    try {
      return await abortable(href, signal, () => Promise.race([work(), limit]));
    } finally {
      cancel();
    }
  }
}
