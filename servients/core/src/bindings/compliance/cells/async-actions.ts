import { InteractionError } from "../../../errors";
import { rejection, until } from "../deferred";
import { describe, expect, it } from "../jest";
import { Rig } from "../rig";
import { type CellContext, refusal } from "./context";

export function describeAsyncActions({ rig, harness, capabilities }: CellContext): void {
  if (!capabilities.asyncActions) return;
  const held = { mode: "held" };
  const quick = { mode: "quick" };

  describe("asynchronous actions", () => {
    it("are answered before they are done, and have their output afterwards", async () => {
      const operations = await rig().operations();
      const running = rig().controls.taskSignals.length;
      const task = await operations.startAction("task", held);
      expect(["pending", "running"]).toContain(task.status.status);
      await until("the handler to run", () => rig().controls.taskSignals.length > running);
      expect((await task.query()).status).toBe("running");
      expect(task.status).not.toHaveProperty("timeEnded");
      rig().controls.release();
      expect(await task.completed()).toBe("held done");
      const { status, output, timeRequested, timeEnded = "" } = task.status;
      expect([status, output]).toEqual(["completed", "held done"]);
      expect(Date.parse(timeEnded)).toBeGreaterThanOrEqual(Date.parse(timeRequested));
    });

    it("fail with the status, code and details of the handler's error", async () => {
      const operations = await rig().operations();
      const task = await operations.startAction("task", { mode: "failing" });
      const error = (await rejection(task.completed())) as InteractionError;
      expect(error).toBeInstanceOf(InteractionError);
      expect([error.status, error.problem?.code]).toEqual([504, "DEVICE_TIMEOUT"]);
      expect(task.status).toMatchObject({ status: "failed", error: { code: "DEVICE_TIMEOUT" } });
    });

    it("are cancelled: the handler is told, and they count as failed", async () => {
      const operations = await rig().operations();
      const running = rig().controls.taskSignals.length;
      const task = await operations.startAction("task", held);
      await until("the handler to run", () => rig().controls.taskSignals.length > running);
      const signal = rig().controls.taskSignals.at(-1);
      expect(signal?.aborted).toBe(false);
      await task.cancel();
      expect(signal?.aborted).toBe(true);
      await task.cancel();
      expect(await task.query()).toMatchObject({
        status: "failed",
        error: { code: "ACTION_CANCELLED" },
      });
      rig().controls.release();
      expect((await task.query()).status).toBe("failed");
    });

    it("cannot be cancelled once they are done", async () => {
      const task = await (await rig().operations()).startAction("task", quick);
      await task.completed();
      await refusal(task.cancel(), 409);
    });

    it("are refused with an input that does not fit, before anything runs", async () => {
      const operations = await rig().operations();
      const known = (await operations.queryAllActions()).task?.length ?? 0;
      const refused = await refusal(operations.startAction("task", { mode: "odd" }), 400);
      expect(refused.problem?.details).toMatchObject({ path: "/mode" });
      expect((await operations.queryAllActions()).task?.length ?? 0).toBe(known);
    });

    it("are all listed by action, the newest first", async () => {
      const operations = await rig().operations();
      const first = await operations.startAction("task", quick);
      await first.completed();
      const second = await operations.startAction("task", { mode: "failing" });
      await rejection(second.completed());
      const all = await operations.queryAllActions();
      expect(all.task?.slice(0, 2).map(({ href, status }) => [href, status])).toEqual([
        [second.status.href, "failed"],
        [first.status.href, "completed"],
      ]);
      expect(all.task?.[1]?.output).toBe("quick done");
      expect(Object.keys(all)).toEqual(["task"]);
    });

    it("are not found under an id nobody gave out", async () => {
      const task = await (await rig().operations()).startAction("task", quick);
      const href = task.status.href.replace(/[^/]+$/, "00000000-0000-4000-8000-000000000000");
      const form = rig().form("actions", "task", "queryaction");
      const client = harness().createClientFactory({ timeoutMs: 5000 }).getClient();
      if (!form) throw new TypeError("a form is missing");
      await refusal(client.readResource({ ...form, href }), 404);
      await client.stop();
    });

    it("alone have forms to query and cancel what they began", () => {
      expect(rig().form("actions", "task", "queryaction")).toBeDefined();
      expect(rig().form("actions", "task", "cancelaction")).toBeDefined();
      expect(rig().form("actions", "echo", "queryaction")).toBeUndefined();
    });

    it("are aborted when their Thing goes", async () => {
      const own = await new Rig(harness()).start();
      try {
        await (await own.operations()).startAction("task", held);
        await until("the handler to run", () => own.controls.taskSignals.length > 0);
        await own.thing.destroy();
        expect(own.controls.taskSignals[0]?.aborted).toBe(true);
      } finally {
        await own.stop();
      }
    });
  });
}
