import { type BindingName, pinBinding, type RunningServient, startServient } from "@fogwot/core";
import { serve } from "../../programs/serve";
import type { Tick } from "../rig/thing";
import { EventTally } from "./tally";

export interface SubscriberConfig {
  readonly td: object;
}

export type SubscriberOrder =
  /** Subscribes over one binding, with a tally of its own of the events of one run. */
  | { readonly order: "subscribe"; readonly binding: BindingName; readonly run: number }
  | { readonly order: "tally" }
  | { readonly order: "unsubscribe" };

/** A mash-up that subscribes to the soak Thing's ticks, in a process of its own. */
serve<SubscriberConfig, null>("soak-subscriber", async ({ td }) => {
  const servient: RunningServient = await startServient({ name: "soak-subscriber" });
  let tally = new EventTally(0);
  let unsubscribe: () => Promise<void> = async () => undefined;
  const subscribe = async (binding: BindingName, run: number): Promise<void> => {
    const thing = await servient.wot.consume(pinBinding(td as never, binding));
    const own = new EventTally(run);
    tally = own;
    const subscription = await thing.subscribeEvent(
      "tick",
      // Counted when it comes: what is in it is read in turn, so that order is the arrival's.
      (output) => own.take(output.value() as Promise<unknown> as Promise<Tick>),
      (error) => own.fail(error),
    );
    unsubscribe = () => subscription.stop();
  };
  return {
    report: null,
    stop: () => servient.stop(),
    onMessage: async (message) => {
      const order = message as SubscriberOrder;
      if (order.order === "subscribe") await subscribe(order.binding, order.run);
      if (order.order === "unsubscribe") await unsubscribe();
      return tally.figures;
    },
  };
});
