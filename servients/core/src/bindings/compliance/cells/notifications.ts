import { ODD_EVENT } from "../benchmark-thing";
import { until } from "../deferred";
import { describe, expect, it } from "../jest";
import type { Rig } from "../rig";
import { type CellContext, collector, refusal, retarget } from "./context";

const BURST = 20;

function emitBurst(rig: Rig): number[] {
  const numbers = Array.from({ length: BURST }, (_, n) => n + 1);
  for (const n of numbers) rig.thing.emitEvent("reading", { n });
  return numbers;
}

export function describeNotifications({ rig, harness, capabilities }: CellContext): void {
  const readings = (values: unknown[]): number[] => values.map((v) => (v as { n: number }).n);
  const arrived = (values: unknown[]): boolean =>
    capabilities.everyNotification ? values.length >= BURST : readings(values).includes(BURST);
  const subscribers = (): number | undefined => rig().server.counters.subscribers;
  const freed = (): Promise<void> =>
    until("the server to free the subscriber", () => (subscribers() ?? 0) === 0);

  describe("events and observation", () => {
    it(`delivers ${BURST} events of one tick in order`, async () => {
      const thing = await rig().consume();
      const { values, listener } = collector();
      const subscription = await thing.subscribeEvent("reading", listener);
      const numbers = emitBurst(rig());
      await until("the burst to arrive", () => arrived(values));
      if (capabilities.everyNotification) expect(readings(values)).toEqual(numbers);
      else expect(readings(values)).toEqual([...readings(values)].sort((a, b) => a - b));
      await subscription.stop();
      await freed();
    });

    it("delivers an event that has no data", async () => {
      const thing = await rig().consume();
      const { values, listener } = collector();
      const subscription = await thing.subscribeEvent("ping", listener);
      rig().thing.emitEvent("ping", undefined as never);
      await until("the event to arrive", () => values.length > 0);
      expect(values).toEqual([undefined]);
      await subscription.stop();
      await freed();
    });

    it("delivers an event whose name needs encoding", async () => {
      const thing = await rig().consume();
      const { values, listener } = collector();
      const subscription = await thing.subscribeEvent(ODD_EVENT, listener);
      rig().thing.emitEvent(ODD_EVENT, 81.5);
      await until("the event to arrive", () => values.length > 0);
      expect(values).toEqual([81.5]);
      await subscription.stop();
      await freed();
    });

    it("gives every event to each of two consumers", async () => {
      const first = collector();
      const second = collector();
      const one = await (await rig().consume()).subscribeEvent("reading", first.listener);
      const other = await rig().consume(await rig().consumer());
      const two = await other.subscribeEvent("reading", second.listener);
      emitBurst(rig());
      await until("both bursts to arrive", () => arrived(first.values) && arrived(second.values));
      if (capabilities.everyNotification) expect(first.values).toEqual(second.values);
      await one.stop();
      rig().thing.emitEvent("reading", { n: 99 });
      await until("the event to arrive", () => readings(second.values).includes(99));
      expect(readings(first.values)).not.toContain(99);
      await two.stop();
      await freed();
    });

    it("delivers nothing after unsubscribing and frees the server's subscriber", async () => {
      const thing = await rig().consume();
      const stopped = collector();
      const witness = collector();
      const subscription = await thing.subscribeEvent("reading", stopped.listener);
      const other = await rig().consume(await rig().consumer());
      const witnessing = await other.subscribeEvent("reading", witness.listener);
      rig().thing.emitEvent("reading", { n: 1 });
      await until("the event to arrive", () => stopped.values.length > 0);
      await subscription.stop();
      if (subscribers() !== undefined) {
        await until("the server to free the subscriber", () => subscribers() === 1);
      }
      rig().thing.emitEvent("reading", { n: 2 });
      await until("the witness to see it", () => readings(witness.values).includes(2));
      expect(readings(stopped.values)).not.toContain(2);
      await witnessing.stop();
      await freed();
    });

    it("subscribes again after unsubscribing", async () => {
      const thing = await rig().consume();
      for (const n of [7, 8]) {
        const { values, listener } = collector();
        const subscription = await thing.subscribeEvent("reading", listener);
        rig().thing.emitEvent("reading", { n });
        await until("the event to arrive", () => readings(values).includes(n));
        await subscription.stop();
        await freed();
      }
    });

    it("delivers the changes of an observed property in order and none after stopping", async () => {
      const thing = await rig().consume();
      const { values, listener } = collector();
      const observation = await thing.observeProperty("counter", listener);
      for (let n = 1; n <= 5; n++) {
        await rig().controls.setCounter(n);
        await until("the change to arrive", () => values.includes(n));
      }
      expect([...values].sort()).toEqual(values);
      await observation.stop();
      await freed();
      const before = values.length;
      await rig().controls.setCounter(6);
      await thing.readProperty("counter");
      expect(values).toHaveLength(before);
    });

    it("keeps a subscriber of one event free of the others", async () => {
      const thing = await rig().consume();
      const reading = collector();
      const ping = collector();
      const one = await thing.subscribeEvent("reading", reading.listener);
      const two = await thing.subscribeEvent("ping", ping.listener);
      rig().thing.emitEvent("ping", undefined as never);
      rig().thing.emitEvent("reading", { n: 5 });
      await until("both to arrive", () => reading.values.length > 0 && ping.values.length > 0);
      expect([reading.values, ping.values]).toEqual([[{ n: 5 }], [undefined]]);
      await one.stop();
      await two.stop();
      await freed();
    });

    it("refuses to subscribe to an event the Thing does not have", async () => {
      const form = rig().form("events", "reading", "subscribeevent");
      const client = harness().createClientFactory({ timeoutMs: 5000 }).getClient();
      if (form && capabilities.refusesOpsOutsideTheForm) {
        const nowhere = retarget(form, "reading", "nosuchevent");
        await refusal(
          client.subscribeResource(nowhere, () => undefined),
          404,
        );
      }
      await client.stop();
    });
  });
}
