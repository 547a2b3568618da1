import type { Logger } from "@fogwot/core";
import type { DirectoryTd } from "./entry";

export interface DirectoryChange {
  /** `added` and `removed` alternate for one id; `updated` comes between them. */
  readonly kind: "added" | "updated" | "removed";
  readonly id: string;
  /** As it is served, without `registration`. */
  readonly td: DirectoryTd;
}

/** Those in this process who hear of every change at once. */
export class ChangeListeners {
  readonly #listeners = new Set<(change: DirectoryChange) => void>();
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** The result ends it. */
  add(listener: (change: DirectoryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  clear(): void {
    this.#listeners.clear();
  }

  /** A listener that fails is our own bug: it is logged, and the registration stands. */
  tell(change: DirectoryChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (thrown) {
        this.#log.error({ err: thrown, id: change.id }, "a listener of the directory failed");
      }
    }
  }
}
