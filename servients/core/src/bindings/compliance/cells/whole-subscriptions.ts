import { ODD_EVENT, ODD_PROPERTY } from "../benchmark-thing";
import type { BindingCapabilities } from "../binding-under-test";
import { type CellGroup, group } from "../cell";
import { equal } from "../check";
import { until } from "../deferred";
import type { Rig } from "../rig";
import { collector } from "./tools";

export function wholeSubscriptionCells(capabilities: BindingCapabilities): CellGroup {
  const freed = (rig: Rig): Promise<void> =>
    until("the server to free the subscriber", () => (rig.server.counters.subscribers ?? 0) === 0);

  return group("subscriptions to a whole Thing", (cells) => {
    cells.add(
      "subscribeallevents",
      "deliver every event under its name, in the order of emission",
      async ({ rig }) => {
        const operations = await rig.operations();
        const received: [string, unknown][] = [];
        const subscription = await operations.subscribeAllEvents((name, value) => {
          received.push([name, value]);
        });
        const emitted: [string, unknown][] = [];
        const emit = (name: string, value: unknown): void => {
          rig.thing.emitEvent(name, value as never);
          emitted.push([name, value]);
        };
        for (let n = 0; n < 10; n++) {
          emit("reading", { n });
          if (n % 2) emit("reading", { n: n + 0.5 });
          emit(ODD_EVENT, n);
          emit("ping", undefined);
        }
        await until("all events", () => received.length >= emitted.length);
        if (capabilities.everyNotification) equal(received, emitted);
        await subscription.stop();
        await freed(rig);
      },
    );

    cells.add(
      "observeallproperties",
      "deliver every change under its property's name, and none after stopping",
      async ({ rig }) => {
        const operations = await rig.operations();
        const received: [string, unknown][] = [];
        const subscription = await operations.observeAllProperties((name, value) => {
          received.push([name, value]);
        });
        await rig.controls.setCounter(71);
        rig.controls.values[ODD_PROPERTY] = 72;
        await rig.thing.emitPropertyChange(ODD_PROPERTY);
        await until("both changes", () => received.length >= 2);
        equal(received, [
          ["counter", 71],
          [ODD_PROPERTY, 72],
        ]);
        await subscription.stop();
        await subscription.stop();
        await freed(rig);
        await rig.controls.setCounter(73);
        await (await rig.consume()).readProperty("counter");
        equal(received.length, 2);
      },
    );

    cells.add(
      "subscribeallevents",
      "leave subscriptions to single affordances as they are",
      async ({ rig }) => {
        const operations = await rig.operations();
        const thing = await rig.consume(await rig.consumer());
        const whole: unknown[] = [];
        const { values: single, listener } = collector();
        const all = await operations.subscribeAllEvents((_, value) => whole.push(value));
        const one = await thing.subscribeEvent("reading", listener);
        rig.thing.emitEvent("reading", { n: 1 });
        await until("both to hear it", () => whole.length > 0 && single.length > 0);
        await all.stop();
        rig.thing.emitEvent("reading", { n: 2 });
        await until("the other to hear the next", () => single.length > 1);
        equal([whole, single], [[{ n: 1 }], [{ n: 1 }, { n: 2 }]]);
        await one.stop();
        await freed(rig);
      },
    );
  });
}
