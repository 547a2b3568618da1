import type { ProtocolClient } from "@node-wot/core";

/** What `ProtocolClient.subscribeResource` resolves with: rxjs 5's Subscription. */
export type Subscription = Awaited<ReturnType<ProtocolClient["subscribeResource"]>>;

/**
 * Wraps a stop function as the Subscription node-wot's interface names. Its core only passes the
 * object on, so `closed` and an idempotent `unsubscribe` are all there is to it.
 *
 * @param stop what it returns is what `endSubscription` waits for; it never rejects
 */
export function toSubscription(stop: () => void | Promise<void>): Subscription {
  let closed = false;
  const subscription = {
    get closed() {
      return closed;
    },
    unsubscribe(): void | Promise<void> {
      if (closed) return;
      closed = true;
      return stop();
    },
  };
  return subscription as unknown as Subscription;
}

/** Ends a subscription of ours and waits until the other side knows, as far as the binding does. */
export async function endSubscription(subscription: Subscription): Promise<void> {
  await (subscription.unsubscribe() as void | Promise<void>);
}
