import type { IClientPublishOptions, MqttClient } from "mqtt";
import {
  InteractionError,
  OverloadedError,
  PayloadTooLargeError,
  UnreachableError,
} from "../../errors";
import {
  MAX_QUEUED,
  MAX_QUEUED_BYTES,
  MAX_TOPIC_BYTES,
  NOT_AUTHORIZED,
  PUBLISH_OVERHEAD_BYTES,
  QUOTA_EXCEEDED,
  SEND_WINDOW,
} from "./constants";
import { encodePublish, type PublishProperties } from "./publish-packet";

export type Qos = 0 | 1 | 2;

/** One message to be published. */
export interface Publication {
  readonly topic: string;
  readonly payload: Buffer | string;
  readonly qos: Qos;
  readonly retain?: boolean;
  /** MQTT 5 properties; left out on a 3.1.1 connection. */
  readonly properties?: PublishProperties;
  /** Worth nothing on a later connection: fails with the present one and is never sent again. */
  readonly perishable?: boolean;
  /** Called once: acknowledged (written, for QoS 0) with the reason code, or failed. */
  readonly onResult?: (error: Error | undefined, reasonCode: number) => void;
}

/**
 * What leaves over one broker connection: keeps to the broker's Receive Maximum, holds back what
 * does not fit the window, keeps what must survive a broker's absence, within a maximum.
 */
export class Outbox {
  readonly counters = { published: 0, failed: 0, dropped: 0 };
  readonly #href: string;
  readonly #maxQueued: number;
  readonly #queue: Publication[] = [];
  readonly #perishing = new Map<number, Publication>();
  readonly #reasons = new Map<number, number>();
  readonly #idle = new Set<() => void>();
  readonly #roomy = new Set<() => void>();
  #client: MqttClient | undefined;
  #window = SEND_WINDOW;
  #maxPacketBytes = Number.POSITIVE_INFINITY;
  #queuedBytes = 0;
  #unacknowledged = 0;
  #draining: MqttClient["stream"] | undefined;
  #corked: MqttClient["stream"] | undefined;

  constructor(href: string, maxQueued = MAX_QUEUED) {
    this.#href = href;
    this.#maxQueued = maxQueued;
  }

  /** Whether the broker has said that it takes few messages without acknowledgement. */
  get isNarrow(): boolean {
    return this.#window < SEND_WINDOW;
  }

  /** The connection is up: sends what waited. */
  attach(client: MqttClient): void {
    const limits = client.serverProperties;
    this.#window = Math.min(limits?.receiveMaximum ?? SEND_WINDOW, SEND_WINDOW);
    this.#maxPacketBytes = limits?.maximumPacketSize ?? Number.POSITIVE_INFINITY;
    this.#client = client;
    this.#pump();
  }

  /** The connection is lost: what is perishable fails, the rest waits for the next one. */
  detach(): void {
    const client = this.#client;
    this.#client = undefined;
    // mqtt.js sends unacknowledged messages again after a reconnection; a request nobody waits
    // for any more must not reach a device minutes later.
    for (const messageId of [...this.#perishing.keys()]) client?.removeOutgoingMessage(messageId);
    const waiting = this.#takeQueue();
    release(this.#roomy);
    for (const publication of waiting) {
      if (publication.perishable) this.#fail(publication, this.#unreachable());
      else this.#enqueue(publication);
    }
  }

  /** The reason code of an acknowledgement, which mqtt.js does not hand to the callback. */
  onAcknowledged(messageId: number, reasonCode: number): void {
    if (this.#unacknowledged > 0) this.#reasons.set(messageId, reasonCode);
  }

  publish(publication: Publication): void {
    const client = this.#client;
    if (client && this.#queue.length === 0 && this.#hasRoom(client, publication)) {
      this.#transmit(client, publication);
    } else if (!client && (publication.perishable || publication.qos === 0)) {
      this.#fail(publication, this.#unreachable());
    } else {
      this.#enqueue(publication);
    }
  }

  /**
   * Holds back what is written until this turn of the event loop ends: a dozen messages that came
   * in one read of the socket are answered by one write.
   */
  gather(): void {
    const stream = this.#client?.stream;
    if (!stream || this.#corked === stream) return;
    this.#corked = stream;
    stream.cork();
    setImmediate(() => {
      if (this.#corked === stream) this.#corked = undefined;
      stream.uncork();
    });
  }

  /**
   * Resolves when nothing waits to be sent, or the connection is gone: who has much to say says it
   * no faster than the broker takes it, instead of piling it up here.
   */
  async room(): Promise<void> {
    if (!this.#client || this.#queue.length === 0) return;
    await new Promise<void>((resolve) => this.#roomy.add(resolve));
  }

  /** Resolves when nothing waits and everything sent was acknowledged. */
  async drained(): Promise<void> {
    if (this.#unacknowledged === 0 && this.#queue.length === 0) return;
    await new Promise<void>((resolve) => this.#idle.add(resolve));
  }

  /** Fails everything that waits. */
  close(): void {
    this.detach();
    for (const publication of this.#takeQueue()) this.#fail(publication, this.#unreachable());
    release(this.#idle);
  }

  #hasRoom(client: MqttClient, { qos }: Publication): boolean {
    // mqtt.js would write on, and the socket's buffer grow.
    if (client.stream.writableNeedDrain) {
      this.#awaitDrain(client);
      return false;
    }
    return qos === 0 || this.#unacknowledged < this.#window;
  }

  #awaitDrain(client: MqttClient): void {
    if (this.#draining === client.stream) return;
    this.#draining = client.stream;
    client.stream.once("drain", () => {
      this.#draining = undefined;
      this.#pump();
    });
  }

  #enqueue(publication: Publication): void {
    this.#queue.push(publication);
    this.#queuedBytes += publication.payload.length;
    while (this.#queue.length > this.#maxQueued || this.#queuedBytes > MAX_QUEUED_BYTES) {
      const oldest = this.#dequeue();
      if (!oldest) return;
      this.counters.dropped++;
      oldest.onResult?.(new OverloadedError("too many messages wait for the broker"), 0);
    }
  }

  #takeQueue(): Publication[] {
    this.#queuedBytes = 0;
    return this.#queue.splice(0);
  }

  #dequeue(): Publication | undefined {
    const next = this.#queue.shift();
    if (next) this.#queuedBytes -= next.payload.length;
    return next;
  }

  #transmit(client: MqttClient, publication: Publication): void {
    const { topic, payload, properties, retain = false } = publication;
    if (Buffer.byteLength(payload) + topic.length + PUBLISH_OVERHEAD_BYTES > this.#maxPacketBytes) {
      this.#fail(publication, new PayloadTooLargeError(this.#maxPacketBytes));
      return;
    }
    if (topic.length > MAX_TOPIC_BYTES / 3 && Buffer.byteLength(topic) > MAX_TOPIC_BYTES) {
      this.#fail(publication, new PayloadTooLargeError(MAX_TOPIC_BYTES));
      return;
    }
    this.gather();
    const { protocolVersion = 4 } = client.options;
    const qos = Math.min(publication.qos, client.serverProperties?.maximumQoS ?? 2) as Qos;
    if (qos === 0) {
      client.stream.write(encodePublish(topic, payload, retain, properties, protocolVersion));
      this.#settle(publication, undefined, 0);
      return;
    }
    const options: IClientPublishOptions = { qos, retain };
    if (properties && protocolVersion === 5) {
      options.properties = properties as NonNullable<IClientPublishOptions["properties"]>;
    }
    this.#unacknowledged++;
    let messageId = 0;
    client.publish(topic, payload, options, (error) => {
      this.#unacknowledged--;
      this.#perishing.delete(messageId);
      const reasonCode = this.#reasons.get(messageId) ?? 0;
      this.#reasons.delete(messageId);
      this.#settle(publication, error ?? undefined, reasonCode);
      this.#pump();
    });
    messageId = client.getLastMessageId();
    if (publication.perishable) this.#perishing.set(messageId, publication);
  }

  #pump(): void {
    const client = this.#client;
    for (let next = this.#queue[0]; client && next; next = this.#queue[0]) {
      if (!this.#hasRoom(client, next)) return;
      this.#dequeue();
      this.#transmit(client, next);
    }
    if (this.#queue.length > 0) return;
    release(this.#roomy);
    if (this.#unacknowledged === 0) release(this.#idle);
  }

  #settle(publication: Publication, error: Error | undefined, reasonCode: number): void {
    if (error) {
      this.#fail(publication, this.#refusal(error, publication.topic));
      return;
    }
    this.counters.published++;
    publication.onResult?.(undefined, reasonCode);
  }

  #fail(publication: Publication, error: Error): void {
    this.counters.failed++;
    publication.onResult?.(error, 0);
  }

  /** What an acknowledgement says against a message, or why there was none. */
  #refusal(error: Error, topic: string): Error {
    const { code } = error as { code?: unknown };
    const status = code === NOT_AUTHORIZED ? 403 : code === QUOTA_EXCEEDED ? 429 : undefined;
    if (status === undefined)
      return new UnreachableError(this.#href, error.message, { cause: error });
    return new InteractionError(`${this.#href}/${topic}`, status, undefined, { cause: error });
  }

  #unreachable(): UnreachableError {
    return new UnreachableError(this.#href, "the broker is not connected");
  }
}

function release(waiting: Set<() => void>): void {
  for (const resolve of waiting) resolve();
  waiting.clear();
}
