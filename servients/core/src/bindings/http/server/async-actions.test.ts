import { afterEach, describe, expect, it } from "@jest/globals";
import type { ActionSettings, ActionStatus } from "../../actions";
import { Rig, until } from "../../compliance";
import { decode } from "../../payload";
import { openHttpHarness } from "../testing/harness";
import type { HttpBindingServer } from "./server";

describe("asynchronous actions over HTTP", () => {
  let rig: Rig;
  afterEach(() => rig.stop());

  async function start(actions: Partial<ActionSettings> = {}): Promise<string> {
    rig = await new Rig(await openHttpHarness({ actions }), { title: "Compliance 1" }).start();
    return `${(rig.server as unknown as HttpBindingServer).baseUrl}/compliance-1`;
  }
  const post = (base: string, mode: string, headers: Record<string, string> = {}) =>
    fetch(`${base}/actions/task`, {
      method: "POST",
      body: JSON.stringify({ mode }),
      headers: { "content-type": "application/json", ...headers },
    });
  const statusAt = async (href: string): Promise<ActionStatus> =>
    (await fetch(href)).json() as Promise<ActionStatus>;
  const ended = async (href: string): Promise<ActionStatus> => {
    for (;;) {
      const status = await statusAt(href);
      if (status.timeEnded) return status;
    }
  };

  it("answer 201 with their status and its Location, before the handler runs", async () => {
    const base = await start();
    const response = await post(base, "quick");
    const status = (await response.json()) as ActionStatus;
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toBe(status.href);
    expect(status.href).toMatch(new RegExp(`^${base}/actions/task/[0-9a-f-]{36}$`));
    expect(status).toEqual({
      status: "pending",
      href: status.href,
      timeRequested: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    expect(await ended(status.href)).toEqual({
      ...status,
      status: "completed",
      output: "quick done",
      timeEnded: expect.stringMatching(/Z$/),
    });
  });

  it("answer 200 to a query of a failed one, with the problem inside", async () => {
    const base = await start();
    const { href } = (await (await post(base, "failing")).json()) as ActionStatus;
    await ended(href);
    const response = await fetch(href);
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(await response.json()).toMatchObject({
      status: "failed",
      error: { status: 504, code: "DEVICE_TIMEOUT", details: { deviceId: "wifi-7" } },
    });
  });

  it("are cancelled by DELETE, which may be repeated", async () => {
    const base = await start();
    const { href } = (await (await post(base, "held")).json()) as ActionStatus;
    await until("the handler to run", () => rig.controls.taskSignals.length > 0);
    for (let n = 0; n < 2; n++) {
      const response = await fetch(href, { method: "DELETE" });
      expect([response.status, await response.text()]).toEqual([204, ""]);
    }
    expect(rig.controls.taskSignals[0]?.aborted).toBe(true);
    expect(await statusAt(href)).toMatchObject({
      status: "failed",
      error: { status: 409, code: "ACTION_CANCELLED" },
    });
    const { href: done } = (await (await post(base, "quick")).json()) as ActionStatus;
    await ended(done);
    const conflict = await fetch(done, { method: "DELETE" });
    expect([conflict.status, (await conflict.json()) as object]).toEqual([
      409,
      expect.objectContaining({ code: "ACTION_ENDED" }),
    ]);
  });

  it("answer HEAD, refuse other methods, and are not found by another id", async () => {
    const base = await start();
    const { href } = (await (await post(base, "quick")).json()) as ActionStatus;
    const head = await fetch(href, { method: "HEAD" });
    expect([head.status, head.headers.get("content-type"), await head.text()]).toEqual([
      200,
      "application/json",
      "",
    ]);
    const wrong = await fetch(href, { method: "PUT", body: "1" });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, DELETE, HEAD, OPTIONS"]);
    for (const path of ["task/nosuch", "task/", "echo/x", `task/${"x".repeat(500)}`, "task/a/b"]) {
      const response = await fetch(`${base}/actions/${path}`);
      expect([path, [404, 405].includes(response.status)]).toEqual([path, true]);
    }
  });

  it("are listed by action, the newest first; none is an empty object", async () => {
    const base = await start();
    expect(await (await fetch(`${base}/actions`)).json()).toEqual({});
    const hrefs: string[] = [];
    for (let n = 0; n < 3; n++) {
      hrefs.unshift(((await (await post(base, "quick")).json()) as ActionStatus).href);
    }
    const all = (await (await fetch(`${base}/actions`)).json()) as Record<string, ActionStatus[]>;
    expect(all.task?.map(({ href }) => href)).toEqual(hrefs);
  });

  it("speak CBOR where that is asked for", async () => {
    const base = await start();
    const type = "application/cbor";
    const read = async (response: Response): Promise<ActionStatus> => {
      expect(response.headers.get("content-type")).toBe(type);
      const body = Buffer.from(await response.arrayBuffer());
      return decode({ type, body }, {}) as unknown as ActionStatus;
    };
    const { href } = await read(await post(base, "quick", { accept: type }));
    await ended(href);
    expect(await read(await fetch(href, { headers: { accept: type } }))).toMatchObject({
      status: "completed",
      output: "quick done",
    });
  });

  it("are refused with 503 when too many wait, and forgotten when their time is over", async () => {
    const base = await start({ maxRunning: 1, maxPending: 1, maxHistory: 1 });
    const first = (await (await post(base, "held")).json()) as ActionStatus;
    await until("the handler to run", () => rig.controls.taskSignals.length > 0);
    const second = (await (await post(base, "held")).json()) as ActionStatus;
    expect((await statusAt(second.href)).status).toBe("pending");
    const refused = await post(base, "held");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await refused.json()).toMatchObject({ code: "OVERLOADED", details: { maxPending: 1 } });
    rig.controls.release();
    await ended(first.href);
    await until("the second to run", () => rig.controls.taskSignals.length > 1);
    rig.controls.release();
    await ended(second.href);
    expect((await fetch(first.href)).status).toBe(404);
  });
});
