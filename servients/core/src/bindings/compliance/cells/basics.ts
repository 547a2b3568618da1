import type { BindingCapabilities } from "../binding-under-test";
import { type CellGroup, group } from "../cell";
import { CellFailure, contains, equal, holds, within } from "../check";
import { until } from "../deferred";
import type { Rig } from "../rig";
import { tryEveryForm, withClient } from "./form-trial";
import { collector, outputOf } from "./tools";

const NOTIFICATIONS = 3;
/** Between notifications: a reconnecting long poll has time to come back (reference: 50 ms, 100 %). */
const GAP_MS = 50;
const BURST = 20;
const LISTEN_MS = 2_500;

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
        equal(rig.controls.values.level, 73, "acknowledged before it is applied");
      },
      basic,
    );

    cells.add(
      "observeproperty",
      "observes a property until it stops",
      async ({ rig }) => {
        const { values, listener } = collector();
        const thing = await rig.consume();
        const observation = await within(thing.observeProperty("counter", listener));
        await paced((n) => rig.controls.setCounter(n));
        await arrival(values, (got) => got.includes(NOTIFICATIONS), NOTIFICATIONS);
        await stopsDelivering(rig, () => observation.stop(), values);
      },
      basic,
    );

    cells.add(
      "subscribeevent",
      "subscribes to an event until it stops",
      async ({ rig }) => {
        const { values, listener } = collector();
        const thing = await rig.consume();
        const subscription = await within(thing.subscribeEvent("reading", listener));
        await paced(async (n) => rig.thing.emitEvent("reading", { n }));
        await arrival(values, (got) => got.length >= NOTIFICATIONS, NOTIFICATIONS);
        equal(values, numbered(NOTIFICATIONS), "other values");
        await stopsDelivering(rig, () => subscription.stop(), values);
      },
      basic,
    );

    cells.add(
      "burst",
      "has the last of 20 events emitted at once, and every one where the protocol keeps them",
      async ({ rig }) => {
        const { values, listener } = collector();
        const thing = await rig.consume();
        const subscription = await within(thing.subscribeEvent("reading", listener));
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
        const output = await within(outputOf(thing.invokeAction("add", { a: 1, b: 2 })));
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
      "does what every form offers",
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

/** The same for what node-wot's Scripting API makes n requests of, or has no name for. */
export function basicThingCells(): CellGroup {
  return group("every operation on whole Things, and asynchronous actions", (cells) => {
    cells.add(
      "readallproperties",
      "reads all properties",
      async ({ rig }) => {
        const all = await within((await rig.operations()).readAllProperties());
        equal(all, rig.controls.values, "other values");
      },
      basic,
    );

    cells.add(
      "readmultipleproperties",
      "reads the properties it names",
      async ({ rig }) => {
        const names = ["serial", "number"];
        const some = await within((await rig.operations()).readMultipleProperties(names));
        equal(some, { serial: "SN-0001", number: 21.625 }, "other values");
      },
      basic,
    );

    cells.add(
      "writeallproperties",
      "writes all properties",
      async ({ rig }) => {
        const values = { ...rig.controls.values, secret: "of all" };
        const readOnly = Object.entries(rig.td.properties ?? {}).filter(([, one]) => one.readOnly);
        for (const [name] of readOnly) delete (values as Record<string, unknown>)[name];
        await within((await rig.operations()).writeAllProperties({ ...values, level: 91 }));
        equal(rig.controls.values.level, 91, "acknowledged before it is applied");
      },
      basic,
    );

    cells.add(
      "writemultipleproperties",
      "writes the properties it names",
      async ({ rig }) => {
        const written = { level: 92, string: "several" };
        await within((await rig.operations()).writeMultipleProperties(written));
        const { level, string } = rig.controls.values;
        equal({ level, string }, written, "acknowledged before it is applied");
      },
      basic,
    );

    cells.add(
      "observeallproperties",
      "observes all properties until it stops",
      async ({ rig }) => {
        const values: unknown[] = [];
        const operations = await rig.operations();
        const observing = operations.observeAllProperties((...change) => values.push(change));
        const observation = await within(observing);
        await rig.controls.setCounter(1);
        await arrival(values, (got) => got.length > 0, 1);
        equal(values.at(-1), ["counter", 1], "other values");
        await stopsDelivering(rig, () => observation.stop(), values);
      },
      basic,
    );

    cells.add(
      "subscribeallevents",
      "subscribes to all events until it stops",
      async ({ rig }) => {
        const values: unknown[] = [];
        const operations = await rig.operations();
        const subscribing = operations.subscribeAllEvents((...event) => values.push(event));
        const subscription = await within(subscribing);
        rig.thing.emitEvent("reading", { n: 1 });
        await arrival(values, (got) => got.length > 0, 1);
        equal(values, [["reading", { n: 1 }]], "other values");
        await stopsDelivering(rig, () => subscription.stop(), values);
      },
      basic,
    );

    cells.add(
      "asyncaction",
      "queries an asynchronous action until it has its output",
      async ({ rig }) => {
        const operations = await rig.operations();
        const task = await within(operations.startAction("task", { mode: "quick" }));
        equal(await within(task.completed()), "quick done", "another output");
      },
      basic,
    );

    cells.add(
      "cancelaction",
      "cancels an asynchronous action",
      async ({ rig }) => {
        const operations = await rig.operations();
        const running = rig.controls.taskSignals.length;
        const task = await within(operations.startAction("task", { mode: "held" }));
        await until("the handler to run", () => rig.controls.taskSignals.length > running);
        await within(task.cancel());
        equal(rig.controls.taskSignals.at(-1)?.aborted, true, "the handler is not told");
        equal((await within(task.query())).status, "failed", "goes on");
        rig.controls.release();
      },
      basic,
    );

    cells.add(
      "queryallactions",
      "lists the invocations of every action",
      async ({ rig }) => {
        const operations = await rig.operations();
        const task = await within(operations.startAction("task", { mode: "quick" }));
        await within(task.completed());
        const { task: [newest] = [] } = await within(operations.queryAllActions());
        equal(newest?.href, task.status.href, "another list");
      },
      basic,
    );
  });
}

const numbered = (count: number): object[] =>
  Array.from({ length: count }, (_, n) => ({ n: n + 1 }));

async function paced(emit: (n: number) => Promise<void>): Promise<void> {
  for (let n = 1; n <= NOTIFICATIONS; n++) {
    await emit(n);
    await new Promise((resolve) => setTimeout(resolve, GAP_MS));
  }
}

async function arrival(
  values: unknown[],
  isDone: (values: unknown[]) => boolean,
  count: number,
): Promise<void> {
  try {
    await until("notifications", () => isDone(values), LISTEN_MS);
  } catch (cause) {
    throw new CellFailure(`${values.length} of ${count} arrive`, { cause });
  }
}

/** Stops, lets the Thing go on, and sees by a witness when the notification would have come. */
async function stopsDelivering(
  rig: Rig,
  stop: () => Promise<void>,
  values: unknown[],
): Promise<void> {
  await within(stop());
  const before = values.length;
  const witness = collector();
  const other = await rig.consume(await rig.consumer());
  const witnessing = await within(other.subscribeEvent("ping", witness.listener));
  rig.thing.emitEvent("reading", { n: 99 });
  await rig.controls.setCounter(99);
  rig.thing.emitEvent("ping", undefined as never);
  await arrival(witness.values, (got) => got.length > 0, 1);
  equal(values.length, before, "delivers after stopping");
  await within(witnessing.stop());
}
