import { InteractionError } from "../../../errors";
import { type CellGroup, group } from "../cell";
import { contains, equal, holds, refusal } from "../check";
import { rejection, until } from "../deferred";
import { Rig } from "../rig";
import { wanted } from "./tools";

const held = { mode: "held" };
const quick = { mode: "quick" };

export function asyncActionCells(): CellGroup {
  return group("asynchronous actions", (cells) => {
    cells.add(
      "asyncaction",
      "are answered before they are done, and have their output afterwards",
      async ({ rig }) => {
        const operations = await rig.operations();
        const running = rig.controls.taskSignals.length;
        const task = await operations.startAction("task", held);
        holds(["pending", "running"].includes(task.status.status), task.status.status);
        await until("the handler to run", () => rig.controls.taskSignals.length > running);
        equal((await task.query()).status, "running");
        equal("timeEnded" in task.status, false);
        rig.controls.release();
        equal(await task.completed(), "held done");
        const { status, output, timeRequested, timeEnded = "" } = task.status;
        equal([status, output], ["completed", "held done"]);
        holds(Date.parse(timeEnded) >= Date.parse(timeRequested), "ended before it was requested");
      },
    );

    cells.add(
      "asyncaction",
      "fail with the status, code and details of the handler's error",
      async ({ rig }) => {
        const operations = await rig.operations();
        const task = await operations.startAction("task", { mode: "failing" });
        const error = await rejection(task.completed());
        holds(error instanceof InteractionError, `no refusal but ${String(error)}`);
        equal([error.status, error.problem?.code], [504, "DEVICE_TIMEOUT"]);
        contains(task.status, { status: "failed", error: { code: "DEVICE_TIMEOUT" } });
      },
    );

    cells.add(
      "cancelaction",
      "are cancelled: the handler is told, and they count as failed",
      async ({ rig }) => {
        const operations = await rig.operations();
        const running = rig.controls.taskSignals.length;
        const task = await operations.startAction("task", held);
        await until("the handler to run", () => rig.controls.taskSignals.length > running);
        const signal = rig.controls.taskSignals.at(-1);
        equal(signal?.aborted, false);
        await task.cancel();
        equal(signal?.aborted, true);
        await task.cancel();
        contains(await task.query(), { status: "failed", error: { code: "ACTION_CANCELLED" } });
        rig.controls.release();
        equal((await task.query()).status, "failed");
      },
    );

    cells.add("cancelaction", "cannot be cancelled once they are done", async ({ rig }) => {
      const task = await (await rig.operations()).startAction("task", quick);
      await task.completed();
      await refusal(task.cancel(), 409);
    });

    cells.add(
      "asyncaction",
      "are refused with an input that does not fit, before anything runs",
      async ({ rig }) => {
        const operations = await rig.operations();
        const known = (await operations.queryAllActions()).task?.length ?? 0;
        const refused = await refusal(operations.startAction("task", { mode: "odd" }), 400);
        contains(refused.problem?.details, { path: "/mode" });
        equal((await operations.queryAllActions()).task?.length ?? 0, known);
      },
    );

    cells.add("queryallactions", "are all listed by action, the newest first", async ({ rig }) => {
      const operations = await rig.operations();
      const first = await operations.startAction("task", quick);
      await first.completed();
      const second = await operations.startAction("task", { mode: "failing" });
      await rejection(second.completed());
      const all = await operations.queryAllActions();
      equal(
        all.task?.slice(0, 2).map(({ href, status }) => [href, status]),
        [
          [second.status.href, "failed"],
          [first.status.href, "completed"],
        ],
      );
      equal(all.task?.[1]?.output, "quick done");
      equal(Object.keys(all), ["task"]);
    });

    cells.add(
      "asyncaction",
      "are not found under an id nobody gave out",
      async ({ rig, harness }) => {
        const task = await (await rig.operations()).startAction("task", quick);
        const href = task.status.href.replace(/[^/]+$/, "00000000-0000-4000-8000-000000000000");
        const form = wanted(rig.form("actions", "task", "queryaction"));
        const client = harness.createClientFactory({ timeoutMs: 5000 }).getClient();
        await refusal(client.readResource({ ...form, href }), 404);
        await client.stop();
      },
    );

    cells.add("forms", "alone have forms to query and cancel what they began", async ({ rig }) => {
      wanted(rig.form("actions", "task", "queryaction"));
      wanted(rig.form("actions", "task", "cancelaction"));
      equal(rig.form("actions", "echo", "queryaction"), undefined);
    });

    cells.add("lifecycle", "are aborted when their Thing goes", async ({ harness }) => {
      const own = await new Rig(harness).start();
      try {
        await (await own.operations()).startAction("task", held);
        await until("the handler to run", () => own.controls.taskSignals.length > 0);
        await own.thing.destroy();
        equal(own.controls.taskSignals[0]?.aborted, true);
      } finally {
        await own.stop();
      }
    });
  });
}
