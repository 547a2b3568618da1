import type { BindingCapabilities } from "../../binding-under-test";
import { type CellGroup, group } from "../../cell";
import { CellFailure, contains, equal, holds, within } from "../../check";
import { tryEveryForm, withClient } from "../form-trial";
import { collector, outputOf } from "../tools";
import { arrival, gap, NOTIFICATIONS, numbered, paced, stopsDelivering } from "./notifying";

const BURST = 20;

const basic = { isBasic: true } as const;

/** One cell for each row: that the operation works at all, by node-wot's own interfaces. */
export function basicCells(capabilities: BindingCapabilities): CellGroup {
  return group("every operation", (cells) => {
    cells.add(
      "readproperty",
      "reads a property",
      async ({ rig }) => {
        const thing = await rig.consume();
        equal(await within(outputOf(thing.readProperty("number"))), 21.625, "another value");
      },
      basic,
    );

    cells.add(
      "writeproperty",
      "has applied a write when it is acknowledged",
      async ({ rig }) => {
        const thing = await rig.consume();
        await within(thing.writeProperty("level", 73));
        equal(rig.controls.values.level, 73, "not applied when acknowledged");
      },
      basic,
    );

    cells.add(
      "observeproperty",
      "observes a property until it stops",
      async ({ rig, harness }) => {
        const { values, listener } = collector();
        const thing = await rig.consume();
        const observation = await within(thing.observeProperty("counter", listener));
        await paced(harness, (n) => rig.controls.setCounter(n));
        await arrival(values, (got) => got.includes(NOTIFICATIONS), NOTIFICATIONS);
        await stopsDelivering({ rig, harness }, () => observation.stop(), values);
      },
      basic,
    );

    cells.add(
      "subscribeevent",
      "subscribes to an event until it stops",
      async ({ rig, harness }) => {
        const { values, listener } = collector();
        const thing = await rig.consume();
        const subscription = await within(thing.subscribeEvent("reading", listener));
        await paced(harness, async (n) => rig.thing.emitEvent("reading", { n }));
        await arrival(values, (got) => got.length >= NOTIFICATIONS, NOTIFICATIONS);
        equal(values, numbered(NOTIFICATIONS), "other values");
        await stopsDelivering({ rig, harness }, () => subscription.stop(), values);
      },
      basic,
    );

    cells.add(
      "burst",
      "has the last of 20 events emitted at once, and every one where the protocol keeps them",
      async ({ rig, harness }) => {
        const { values, listener } = collector();
        const thing = await rig.consume();
        const subscription = await within(thing.subscribeEvent("reading", listener));
        await gap(harness);
        for (let n = 1; n <= BURST; n++) rig.thing.emitEvent("reading", { n });
        const last = { n: BURST };
        const isDone = (got: unknown[]): boolean =>
          capabilities.everyNotification
            ? got.length >= BURST
            : JSON.stringify(got.at(-1)) === JSON.stringify(last);
        await arrival(values, isDone, BURST);
        if (capabilities.everyNotification) equal(values, numbered(BURST), "other values");
        await within(subscription.stop());
      },
      basic,
    );

    cells.add(
      "invokeaction",
      "gives the output of an action",
      async ({ rig }) => {
        const thing = await rig.consume();
        const answer = await within(thing.invokeAction("add", { a: 1, b: 2 }));
        const output = await answer?.value().catch(() => undefined);
        holds(output !== undefined, "no output");
        equal(output, 3, "another output");
      },
      basic,
    );

    cells.add(
      "refusals",
      "rejects what the Thing refuses and what its handler throws",
      async ({ rig }) => {
        const thing = await rig.consume();
        const isRejected = async (work: Promise<unknown>): Promise<boolean> =>
          within(
            work.then(
              () => false,
              () => true,
            ),
          );
        holds(await isRejected(thing.writeProperty("level", "high")), "counts as written");
        holds(await isRejected(thing.invokeAction("failTyped")), "counts as done");
      },
      basic,
    );

    cells.add(
      "forms",
      "does what every form offers (td-bindings-server-accept, td-bindings-correct-methods)",
      async ({ rig, harness }) => {
        await withClient(harness, (client) => tryEveryForm(rig, client));
      },
      { ...basic, timeoutMs: 30_000 },
    );

    cells.add(
      "discovery",
      "serves the Thing Description at an address of its own",
      async ({ rig, harness }) => {
        const url = harness.descriptionUrl?.(rig.server, rig.thing);
        if (url === undefined) throw new CellFailure("none");
        await withClient(harness, async (client) => {
          const content = await within(client.requestThingDescription(url));
          const got = JSON.parse((await content.toBuffer()).toString("utf8"));
          const { id, title, properties } = rig.td;
          contains(got, { id, title, properties: JSON.parse(JSON.stringify(properties)) });
        });
      },
      basic,
    );
  });
}
