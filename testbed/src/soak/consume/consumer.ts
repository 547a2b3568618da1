import { type BindingName, pinBinding, startServient } from "@fogwot/core";
import { serve } from "../../programs/serve";

export interface ConsumerConfig {
  readonly td: object;
}

/** Consumes and reads so many times, each time as for the first. */
export interface ConsumerOrder {
  readonly binding: BindingName;
  readonly count: number;
}

export interface ConsumerFigures {
  readonly failed: Readonly<Record<string, number>>;
  /** What keeps the process's event loop: sockets, timers. */
  readonly handles: number;
}

/** Of so many cycles one also subscribes, and stops. */
const SUBSCRIBE_EVERY = 100;

/** A mash-up that consumes a Thing, reads, and lets it go. */
serve<ConsumerConfig, null>("soak-consumer", async ({ td }) => {
  const servient = await startServient({ name: "soak-consumer" });
  const cycle = async (binding: BindingName, subscribes: boolean): Promise<void> => {
    // A description of its own each time, as one fetched would be.
    const thing = await servient.wot.consume(pinBinding(structuredClone(td) as never, binding));
    await (await thing.readProperty("level")).value();
    if (!subscribes) return;
    const subscription = await thing.subscribeEvent("tick", () => undefined);
    await subscription.stop();
  };
  return {
    report: null,
    stop: () => servient.stop(),
    onMessage: async (message): Promise<ConsumerFigures> => {
      const { binding, count } = message as ConsumerOrder;
      const failed: Record<string, number> = {};
      for (let n = 0; n < count; n++) {
        await cycle(binding, n % SUBSCRIBE_EVERY === 0).catch((error: unknown) => {
          failed[String(error)] = (failed[String(error)] ?? 0) + 1;
        });
      }
      return { failed, handles: process.getActiveResourcesInfo().length };
    },
  };
});
