import { INITIAL, ODD_PROPERTY } from "../../benchmark-thing";
import { type CellGroup, group } from "../../cell";
import { equal, holds, within } from "../../check";
import { until } from "../../deferred";
import type { Rig } from "../../rig";
import { arrival, stopsDelivering } from "./notifying";

const basic = { isBasic: true } as const;

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
        const { object, array, blob, fragile, [ODD_PROPERTY]: odd } = INITIAL;
        const written = { level: 91, string: "all", object, array: [...array], blob, fragile };
        const values = { ...written, [ODD_PROPERTY]: odd + 1, secret: "of all" };
        await within((await rig.operations()).writeAllProperties(values as never));
        const { secret, ...readable } = values;
        const applied = { ...rig.controls.values, ...readable };
        equal(applied, rig.controls.values, "not applied when acknowledged");
        equal(rig.controls.secrets.at(-1), secret, "not applied when acknowledged");
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
        equal({ level, string }, written, "not applied when acknowledged");
      },
      basic,
    );

    cells.add(
      "observeallproperties",
      "observes all properties until it stops",
      async ({ rig, harness }) => {
        const values: unknown[] = [];
        const operations = await rig.operations();
        const observing = operations.observeAllProperties((...change) => values.push(change));
        const observation = await within(observing);
        await rig.controls.setCounter(1);
        await arrival(values, (got) => got.length > 0, 1);
        equal(values.at(-1), ["counter", 1], "other values");
        await stopsDelivering({ rig, harness }, () => observation.stop(), values);
      },
      basic,
    );

    cells.add(
      "subscribeallevents",
      "subscribes to all events until it stops",
      async ({ rig, harness }) => {
        const values: unknown[] = [];
        const operations = await rig.operations();
        const subscribing = operations.subscribeAllEvents((...event) => values.push(event));
        const subscription = await within(subscribing);
        rig.thing.emitEvent("reading", { n: 1 });
        await arrival(values, (got) => got.length > 0, 1);
        equal(values, [["reading", { n: 1 }]], "other values");
        await stopsDelivering({ rig, harness }, () => subscription.stop(), values);
      },
      basic,
    );

    cells.add(
      "asyncaction",
      "queries an asynchronous action until it has its output",
      async ({ rig }) => {
        needsForm(rig, "queryaction");
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
        needsForm(rig, "cancelaction");
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

function needsForm(rig: Rig, op: string): void {
  holds(rig.form("actions", "task", op), "no form");
}
