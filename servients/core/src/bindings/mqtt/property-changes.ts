import type { TopicMessage } from "./topic-router";

/**
 * Tells a property's changes from its present value: the broker sends the retained value at every
 * subscription, while an observer is told of changes. After a lost connection the retained value
 * is a change exactly when it differs from the last one seen.
 */
export class PropertyChanges {
  readonly #last = new Map<string, Buffer>();

  /** Whether this message tells an observer nothing new. */
  isKnown({ topic, payload, isRetained }: TopicMessage): boolean {
    const last = this.#last.get(topic);
    this.#last.set(topic, payload);
    if (!isRetained) return false;
    return last === undefined || last.equals(payload);
  }
}
