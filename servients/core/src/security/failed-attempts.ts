import { TooManyRequestsError } from "../errors";
import { addressKey, type TokenBuckets } from "./token-buckets";

/** An attempt under way; one that succeeds does not count. */
export interface Attempt {
  succeeded(): void;
}

/** How often an address, and anybody at one name, may be wrong. */
export class FailedAttempts {
  readonly #buckets: TokenBuckets;

  constructor(buckets: TokenBuckets) {
    this.#buckets = buckets;
  }

  /**
   * Counts an attempt beforehand, so that a hundred at the same time are a hundred.
   * @param name where the credentials name somebody
   * @throws TooManyRequestsError
   */
  begin(remote: string, name?: string): Attempt {
    const address = `address ${addressKey(remote)}`;
    const user = name === undefined ? undefined : `user ${name}`;
    const addressWaitMs = this.#buckets.take(address);
    if (addressWaitMs > 0) throw new TooManyRequestsError(addressWaitMs);
    const userWaitMs = user === undefined ? 0 : this.#buckets.take(user);
    if (userWaitMs > 0) throw new TooManyRequestsError(userWaitMs);
    return {
      succeeded: () => {
        this.#buckets.giveBack(address);
        if (user !== undefined) this.#buckets.giveBack(user);
      },
    };
  }
}
