import { describe, expect, it } from "@jest/globals";
import { DeviceTimeoutError, NotFoundError, OverloadedError } from "../../errors";
import { deferred, VirtualClock } from "../../time";
import { ActionCancelledError, ActionEndedError } from "./errors";
import { type ActionOutput, ActionRegistry } from "./registry";
import type { ActionSettings } from "./settings";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const gave = (value: string, bytes = 1): ActionOutput => ({ value, bytes });

function open(settings: Partial<ActionSettings> = {}) {
  const clock = new VirtualClock(1_000);
  return { clock, registry: new ActionRegistry({ clock, ...settings }) };
}

/** A handler that ends when told to, and says whether it was told to stop. */
function held() {
  const end = deferred<ActionOutput>();
  const seen: AbortSignal[] = [];
  const run = (signal: AbortSignal): Promise<ActionOutput> => {
    seen.push(signal);
    return end.promise;
  };
  return { run, end, seen };
}

describe("ActionRegistry", () => {
  it("tells pending, running and completed apart, with times", async () => {
    const { clock, registry } = open();
    const drill = held();
    const invocation = registry.start("drill", drill.run);
    expect([invocation.state, invocation.requestedMs]).toEqual(["pending", 1_000]);
    await settled();
    expect(invocation.state).toBe("running");
    await clock.advance(50);
    drill.end.resolve(gave("done"));
    await settled();
    expect(registry.find("drill", invocation.id)).toMatchObject({
      state: "completed",
      output: "done",
      endedMs: 1_050,
    });
    expect(clock.pending).toBe(0);
  });

  it("keeps why a handler failed, also one that throws at once", async () => {
    const { registry } = open();
    const failing = registry.start("drill", () => {
      throw new DeviceTimeoutError("wifi-1", 5);
    });
    const secret = registry.start("drill", async () => {
      throw new TypeError("password=hunter2");
    });
    await settled();
    expect(failing).toMatchObject({ state: "failed", error: { code: "DEVICE_TIMEOUT" } });
    expect(secret.error).toMatchObject({ code: "INTERNAL", status: 500 });
    expect(JSON.stringify(secret.error)).not.toContain("hunter2");
  });

  it("runs as many as allowed, the others in the order they came", async () => {
    const { registry } = open({ maxRunning: 1 });
    const order: string[] = [];
    const first = held();
    registry.start("a", first.run);
    const names = ["b", "c"];
    for (const name of names) {
      registry.start(name, async () => {
        order.push(name);
        return gave(name);
      });
    }
    await settled();
    expect(order).toEqual([]);
    first.end.resolve(gave("a"));
    await settled();
    expect(order).toEqual(names);
  });

  it("refuses one too many, and takes the next when a place is free", async () => {
    const { registry } = open({ maxRunning: 1, maxPending: 1 });
    const first = held();
    registry.start("a", first.run);
    const second = registry.start("a", held().run);
    expect(() => registry.start("a", held().run)).toThrow(OverloadedError);
    registry.cancel("a", second.id);
    registry.start("a", held().run);
    expect(() => registry.start("a", held().run)).toThrow(OverloadedError);
  });

  it("never runs what was cancelled while it waited", async () => {
    const { registry } = open({ maxRunning: 1 });
    const first = held();
    const second = held();
    registry.start("a", first.run);
    const waiting = registry.start("a", second.run);
    await settled();
    registry.cancel("a", waiting.id);
    first.end.resolve(gave("x"));
    await settled();
    expect(second.seen).toEqual([]);
    expect(waiting).toMatchObject({ state: "failed", error: { code: "ACTION_CANCELLED" } });
  });

  it("tells the handler that it was cancelled, and ignores what it gives afterwards", async () => {
    const { registry } = open();
    const drill = held();
    const invocation = registry.start("drill", drill.run);
    await settled();
    registry.cancel("drill", invocation.id);
    expect(drill.seen[0]?.reason).toBeInstanceOf(ActionCancelledError);
    drill.end.resolve(gave("too late"));
    await settled();
    expect(invocation).toMatchObject({ state: "failed", output: undefined });
    registry.cancel("drill", invocation.id);
  });

  it("says that what has ended cannot be cancelled, and what is unknown not found", async () => {
    const { registry } = open();
    const invocation = registry.start("drill", async () => gave("x"));
    await settled();
    expect(() => registry.cancel("drill", invocation.id)).toThrow(ActionEndedError);
    expect(() => registry.cancel("other", invocation.id)).toThrow(NotFoundError);
    expect(() => registry.find("drill", "constructor")).toThrow(NotFoundError);
  });

  it("aborts a handler that runs too long and gives its place to the next", async () => {
    const { clock, registry } = open({ maxRunning: 1, maxRunMs: 100 });
    const stuck = held();
    const invocation = registry.start("drill", stuck.run);
    const next = registry.start("drill", async () => gave("next"));
    await settled();
    await clock.advance(100);
    expect(invocation).toMatchObject({ state: "failed", error: { code: "WAIT_TIMEOUT" } });
    expect(stuck.seen[0]?.aborted).toBe(true);
    expect(next.state).toBe("completed");
    stuck.end.resolve(gave("late"));
    await settled();
    expect(clock.pending).toBe(0);
  });

  it("forgets by age, by number and by bytes, but nothing that still runs", async () => {
    const { clock, registry } = open({ maxHistory: 3, maxHistoryBytes: 100, historyMs: 1_000 });
    const running = registry.start("a", held().run);
    const run = async (bytes: number): Promise<string> => {
      const { id } = registry.start("a", async () => gave("x", bytes));
      await settled();
      return id;
    };
    const ids = [await run(1), await run(1), await run(1), await run(1)];
    const known = (): string[] => (registry.all().get("a") ?? []).map(({ id }) => id);
    expect(known()).toEqual([...ids.slice(1).reverse(), running.id]);
    const large = await run(99);
    expect(known()).toEqual([large, ids[3], running.id]);
    await clock.advance(1_000);
    expect(known()).toEqual([running.id]);
    expect(() => registry.find("a", large)).toThrow(NotFoundError);
  });

  it("lists invocations by action, the newest first", async () => {
    const { registry } = open();
    const started = ["a", "b", "a"].map((name) => registry.start(name, async () => gave(name)));
    const all = registry.all();
    expect([...all.keys()].sort()).toEqual(["a", "b"]);
    expect(all.get("a")).toEqual([started[2], started[0]]);
  });

  it("aborts everything when the last binding releases it, and can be used again", async () => {
    const { clock, registry } = open({ maxRunning: 1 });
    const releases = [registry.retain(), registry.retain()];
    const drill = held();
    registry.start("drill", drill.run);
    const waiting = held();
    registry.start("drill", waiting.run);
    await settled();
    releases[0]?.();
    releases[0]?.();
    expect(drill.seen[0]?.aborted).toBe(false);
    releases[1]?.();
    expect(drill.seen[0]?.aborted).toBe(true);
    expect([clock.pending, registry.all().size, waiting.seen]).toEqual([0, 0, []]);
    drill.end.reject(new TypeError("stopped"));
    await settled();
    const again = registry.start("drill", async () => gave("x"));
    await settled();
    expect(again.state).toBe("completed");
  });

  it("leaves out details that have no JSON form", async () => {
    const { registry } = open();
    const invocation = registry.start("drill", async () => {
      throw new NotFoundError("x", { cause: 1n } as never);
    });
    const bad = registry.start("drill", async () => {
      throw new OverloadedError("busy", { details: { count: 1n } });
    });
    await settled();
    expect(invocation.error?.details).toEqual({ what: "x" });
    expect(bad.error).toMatchObject({ code: "OVERLOADED" });
    expect(bad.error).not.toHaveProperty("details");
  });
});
