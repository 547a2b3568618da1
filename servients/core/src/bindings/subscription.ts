import type { ProtocolClient } from "@node-wot/core";

/** What `ProtocolClient.subscribeResource` resolves with: rxjs 5's Subscription. */
export type Subscription = Awaited<ReturnType<ProtocolClient["subscribeResource"]>>;

/**
 * Wraps a stop function as the Subscription node-wot's interface names. Its core only passes the
 * object on, so `closed` and an idempotent `unsubscribe` are all there is to it.
 */
export function toSubscription(stop: () => void): Subscription {
  let closed = false;
  const subscription = {
    get closed() {
      return closed;
    },
    unsubscribe(): void {
      if (closed) return;
      closed = true;
      stop();
    },
  };
  return subscription as unknown as Subscription;
}
