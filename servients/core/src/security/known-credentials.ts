import { createHmac, randomBytes } from "node:crypto";
import type { Principal } from "./access";

/**
 * Who has shown what before. Held is a keyed hash with a key of this process alone: neither the
 * memory nor the time a look-up takes tells a password.
 */
export class KnownCredentials {
  readonly #key = randomBytes(32);
  readonly #known = new Map<string, Principal>();
  readonly #maximum: number;

  /** @param maximum remembered; beyond, the one learnt first is forgotten */
  constructor(maximum = 10_000) {
    this.#maximum = maximum;
  }

  /** The mark of what was shown; parts cannot run into one another. */
  mark(kind: string, first: string, second = ""): string {
    return createHmac("sha256", this.#key)
      .update(`${kind}\0${first.length}\0${first}\0${second}`)
      .digest("base64");
  }

  get(mark: string): Principal | undefined {
    return this.#known.get(mark);
  }

  add(mark: string, principal: Principal): void {
    if (this.#known.size >= this.#maximum) {
      const [first] = this.#known.keys();
      if (first !== undefined) this.#known.delete(first);
    }
    this.#known.set(mark, principal);
  }

  delete(mark: string): void {
    this.#known.delete(mark);
  }

  clear(): void {
    this.#known.clear();
  }
}
