import { type BindingName, pinBinding, type RunningServient, startServient } from "@fogwot/core";
import { serve } from "../../programs/serve";
import type { Tick } from "../rig/thing";
import { EventTally } from "./tally";

export interface SubscriberConfig {
  readonly td: object;
}

export type SubscriberOrder =
  /** Subscribes over one binding, with a tally of its own. */
  | { readonly order: "subscribe"; readonly binding: BindingName }
  | { readonly order: "tally" }
  | { readonly order: "unsubscribe" };

/** A mash-up that subscribes to the soak Thing's ticks, in a process of its own. */
serve<SubscriberConfig, null>("soak-subscriber", async ({ td }) => {
  const servient: RunningServient = await startServient({ name: "soak-subscriber" });
  let tally = new EventTally();
  let unsubscribe: () => Promise<void> = async () => undefined;
  const subscribe = async (binding: BindingName): Promise<void> => {
    const thing = await servient.wot.consume(pinBinding(td as never, binding));
    const own = new EventTally();
    tally = own;
    const subscription = await thing.subscribeEvent(
      "tick",
      // Counted when it comes: what is in it is read in turn, so that order is the arrival's.
      (output) => own.take(output.value().then((value) => (value as unknown as Tick).n)),
      (error) => own.fail(error),
    );
    unsubscribe = () => subscription.stop();
  };
  return {
    report: null,
    stop: () => servient.stop(),
    onMessage: async (message) => {
      const order = message as SubscriberOrder;
      if (order.order === "subscribe") await subscribe(order.binding);
      if (order.order === "unsubscribe") await unsubscribe();
      return tally.figures;
    },
  };
});
