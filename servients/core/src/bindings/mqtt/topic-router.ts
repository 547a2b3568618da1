import type { IPublishPacket } from "mqtt";
import { isWildcard, topicMatches } from "./topics";

/** A message as a subscriber sees it. */
export interface TopicMessage {
  readonly topic: string;
  readonly payload: Buffer;
  /** Kept by the broker from before, sent because of a subscription. */
  readonly isRetained: boolean;
  /** MQTT 5 content type. */
  readonly contentType: string | undefined;
}

export type TopicListener = (message: TopicMessage) => void;

/** Hands a connection's messages to the listeners of every filter that matches. */
export class TopicRouter {
  readonly #exact = new Map<string, Set<TopicListener>>();
  readonly #wildcards = new Map<string, Set<TopicListener>>();

  /** @returns removes the listener; idempotent */
  add(filter: string, listener: TopicListener): () => void {
    const table = isWildcard(filter) ? this.#wildcards : this.#exact;
    const listeners = table.get(filter) ?? new Set();
    table.set(filter, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && table.get(filter) === listeners) table.delete(filter);
    };
  }

  get size(): number {
    const tables = [this.#exact, this.#wildcards];
    return tables.flatMap((table) => [...table.values()]).reduce((sum, { size }) => sum + size, 0);
  }

  /** @param filters those it came by; where unknown, it is taken to have come by all that match */
  dispatch(topic: string, payload: Buffer, packet: IPublishPacket, filters?: string[]): void {
    const message: TopicMessage = {
      topic,
      payload,
      isRetained: packet.retain,
      contentType: packet.properties?.contentType,
    };
    const cameBy = (filter: string) => filters === undefined || filters.includes(filter);
    if (cameBy(topic)) {
      for (const listener of [...(this.#exact.get(topic) ?? [])]) listener(message);
    }
    for (const [filter, listeners] of this.#wildcards) {
      if (!cameBy(filter) || !topicMatches(filter, topic)) continue;
      for (const listener of [...listeners]) listener(message);
    }
  }
}
