import { ODD_EVENT } from "../benchmark-thing";
import type { BindingCapabilities } from "../binding-under-test";
import { type CellGroup, group } from "../cell";
import { equal, holds, refusal } from "../check";
import { until } from "../deferred";
import type { Rig } from "../rig";
import { collector, retarget, wanted } from "./tools";

const BURST = 20;

function emitBurst(rig: Rig): number[] {
  const numbers = Array.from({ length: BURST }, (_, n) => n + 1);
  for (const n of numbers) rig.thing.emitEvent("reading", { n });
  return numbers;
}

const readings = (values: unknown[]): number[] => values.map((v) => (v as { n: number }).n);
const freed = (rig: Rig, left = 0): Promise<void> =>
  until(
    "the server to free the subscriber",
    () => (rig.server.counters.subscribers ?? left) === left,
  );

export function notificationCells(capabilities: BindingCapabilities): CellGroup {
  const { everyNotification } = capabilities;
  const arrived = (values: unknown[]): boolean =>
    everyNotification ? values.length >= BURST : readings(values).includes(BURST);

  return group("events and observation", (cells) => {
    cells.add("burst", `delivers ${BURST} events of one tick in order`, async ({ rig }) => {
      const thing = await rig.consume();
      const { values, listener } = collector();
      const subscription = await thing.subscribeEvent("reading", listener);
      const numbers = emitBurst(rig);
      await until("the burst to arrive", () => arrived(values));
      if (everyNotification) equal(readings(values), numbers);
      else
        equal(
          readings(values),
          [...readings(values)].sort((a, b) => a - b),
        );
      await subscription.stop();
      await freed(rig);
    });

    cells.add("subscribeevent", "delivers an event that has no data", async ({ rig }) => {
      const thing = await rig.consume();
      const { values, listener } = collector();
      const subscription = await thing.subscribeEvent("ping", listener);
      rig.thing.emitEvent("ping", undefined as never);
      await until("the event to arrive", () => values.length > 0);
      equal(values, [undefined]);
      await subscription.stop();
      await freed(rig);
    });

    cells.add("subscribeevent", "delivers an event whose name needs encoding", async ({ rig }) => {
      const thing = await rig.consume();
      const { values, listener } = collector();
      const subscription = await thing.subscribeEvent(ODD_EVENT, listener);
      rig.thing.emitEvent(ODD_EVENT, 81.5);
      await until("the event to arrive", () => values.length > 0);
      equal(values, [81.5]);
      await subscription.stop();
      await freed(rig);
    });

    cells.add("burst", "gives every event to each of two consumers", async ({ rig }) => {
      const first = collector();
      const second = collector();
      const one = await (await rig.consume()).subscribeEvent("reading", first.listener);
      const other = await rig.consume(await rig.consumer());
      const two = await other.subscribeEvent("reading", second.listener);
      emitBurst(rig);
      await until("both bursts to arrive", () => arrived(first.values) && arrived(second.values));
      if (everyNotification) equal(first.values, second.values);
      await one.stop();
      rig.thing.emitEvent("reading", { n: 99 });
      await until("the event to arrive", () => readings(second.values).includes(99));
      holds(!readings(first.values).includes(99), "delivers after stopping");
      await two.stop();
      await freed(rig);
    });

    cells.add(
      "subscribeevent",
      "delivers nothing after unsubscribing and frees the server's subscriber",
      async ({ rig }) => {
        const thing = await rig.consume();
        const stopped = collector();
        const witness = collector();
        const subscription = await thing.subscribeEvent("reading", stopped.listener);
        const other = await rig.consume(await rig.consumer());
        const witnessing = await other.subscribeEvent("reading", witness.listener);
        rig.thing.emitEvent("reading", { n: 1 });
        await until("the event to arrive", () => stopped.values.length > 0);
        await subscription.stop();
        await freed(rig, 1);
        rig.thing.emitEvent("reading", { n: 2 });
        await until("the witness to see it", () => readings(witness.values).includes(2));
        holds(!readings(stopped.values).includes(2), "delivers after stopping");
        await witnessing.stop();
        await freed(rig);
      },
    );

    cells.add("subscribeevent", "subscribes again after unsubscribing", async ({ rig }) => {
      const thing = await rig.consume();
      for (const n of [7, 8]) {
        const { values, listener } = collector();
        const subscription = await thing.subscribeEvent("reading", listener);
        rig.thing.emitEvent("reading", { n });
        await until("the event to arrive", () => readings(values).includes(n));
        await subscription.stop();
        await freed(rig);
      }
    });

    cells.add(
      "observeproperty",
      "delivers the changes of an observed property in order and none after stopping",
      async ({ rig }) => {
        const thing = await rig.consume();
        const { values, listener } = collector();
        const observation = await thing.observeProperty("counter", listener);
        for (let n = 1; n <= 5; n++) {
          await rig.controls.setCounter(n);
          await until("the change to arrive", () => values.includes(n));
        }
        equal([...values].sort(), values);
        await observation.stop();
        await freed(rig);
        const before = values.length;
        await rig.controls.setCounter(6);
        await thing.readProperty("counter");
        equal(values.length, before);
      },
    );

    cells.add(
      "subscribeevent",
      "keeps a subscriber of one event free of the others",
      async ({ rig }) => {
        const thing = await rig.consume();
        const reading = collector();
        const ping = collector();
        const one = await thing.subscribeEvent("reading", reading.listener);
        const two = await thing.subscribeEvent("ping", ping.listener);
        rig.thing.emitEvent("ping", undefined as never);
        rig.thing.emitEvent("reading", { n: 5 });
        await until("both to arrive", () => reading.values.length > 0 && ping.values.length > 0);
        equal([reading.values, ping.values], [[{ n: 5 }], [undefined]]);
        await one.stop();
        await two.stop();
        await freed(rig);
      },
    );

    if (capabilities.refusesOpsOutsideTheForm) {
      cells.add(
        "subscribeevent",
        "refuses to subscribe to an event the Thing does not have",
        async ({ rig, harness }) => {
          const form = wanted(rig.form("events", "reading", "subscribeevent"));
          const client = harness.createClientFactory({ timeoutMs: 5000 }).getClient();
          const nowhere = retarget(form, "reading", "nosuchevent");
          await refusal(
            client.subscribeResource(nowhere, () => undefined),
            404,
          );
          await client.stop();
        },
      );
    }
  });
}
