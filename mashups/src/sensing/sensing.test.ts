import { InteractionError, VirtualClock } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import type { OutcomeRow, ReadingRow } from "../store";
import { Sensing } from "./sensing";
import type { PolicyReport, SensingOptions } from "./sensing-options";

interface FakeDevice {
  /** null: never answers. */
  rttMs: number | null;
  fails?: Error;
}

/** Things whose getData takes virtual time, behind the Scripting API's own shape. */
function world(devices: Record<string, FakeDevice>, options: Partial<SensingOptions> = {}) {
  const clock = new VirtualClock(1_700_000_000_000);
  const asked: { id: string; atMs: number; input: unknown }[] = [];
  const prepared: string[] = [];
  const startMs = clock.now();
  const wot = {
    consume: async (td: { title: string }) => ({
      readProperty: async () => {
        await clock.sleep(w.connectMs);
        prepared.push(td.title);
        return { value: async () => "online" };
      },
      invokeAction: async (_action: string, input: unknown) => {
        const id = td.title;
        const device = devices[id] as FakeDevice;
        asked.push({ id, atMs: clock.now() - startMs, input });
        if (device.rttMs === null) return new Promise(() => undefined);
        await clock.sleep(device.rttMs);
        if (device.fails) throw device.fails;
        const timestamp = new Date(clock.now()).toISOString();
        const value = { values: { temperature: 21 }, timestamp, deviceRttMs: device.rttMs / 2 };
        return { value: async () => value };
      },
    }),
  } as unknown as SensingOptions["wot"];
  const rows: OutcomeRow[] = [];
  const readings: ReadingRow[] = [];
  const sensing = new Sensing({
    wot,
    clock,
    run: "test",
    policy: "P0",
    // Its answers would come in real time.
    isolation: "none",
    m: 2,
    things: Object.keys(devices).map((id) => ({ id, wsn: "wifi", td: { title: id } as never })),
    sink: async (newRows, newReadings) => {
      rows.push(...newRows);
      readings.push(...newReadings);
    },
    ...options,
  });
  const w = { clock, sensing, rows, readings, asked, prepared, connectMs: 0 };
  return w;
}

async function run(w: ReturnType<typeof world>, durationMs: number): Promise<void> {
  w.sensing.start();
  await w.clock.advance(durationMs);
  const stopped = w.sensing.stop();
  await w.clock.advance(1_000);
  await stopped;
}

describe("Sensing", () => {
  it("asks M Things at once in every time-slot, one slot per interval", async () => {
    const w = world({ a: { rttMs: 30 }, b: { rttMs: 60 }, c: { rttMs: 20 } });
    await run(w, 2_500);
    expect(w.asked.map(({ id, atMs }) => [id, atMs])).toEqual([
      ["a", 0],
      ["b", 0],
      ["c", 1_000],
      ["a", 1_000],
      ["b", 2_000],
      ["c", 2_000],
    ]);
    expect(w.asked[0]?.input).toEqual({ timeoutMs: 500 });
    expect(w.rows.slice(0, 2)).toEqual([
      expect.objectContaining({ slot: 1, k: 0, device: "a", ok: true, rttMs: 30, deviceRttMs: 15 }),
      expect.objectContaining({ slot: 1, k: 1, device: "b", ok: true, rttMs: 60 }),
    ]);
    expect(w.readings[0]).toMatchObject({ device: "a", quantity: "temperature", value: 21 });
    expect(w.clock.pending).toBe(0);
  });

  it("connects to every Thing before its first slot, so that no round trip holds a client's start", async () => {
    const w = world({ a: { rttMs: 30 }, b: { rttMs: 60 } });
    w.sensing.start();
    expect(w.asked).toEqual([]);
    await w.clock.advance(0);
    expect(w.prepared).toEqual(["a", "b"]);
    await w.clock.advance(500);
    await w.sensing.stop();
    expect(w.asked).toHaveLength(2);
  });

  it("asks a Thing that joins only once it is connected to", async () => {
    const w = world({ a: { rttMs: 30 }, slow: { rttMs: 30 } });
    w.sensing.removeThing("slow");
    w.sensing.start();
    await w.clock.advance(500);
    w.connectMs = 1_200;
    w.sensing.addThing({ id: "slow", wsn: "wifi", td: { title: "slow" } as never });
    await w.clock.advance(2_000);
    await w.sensing.stop();
    expect(w.asked.filter(({ id }) => id === "slow").map(({ atMs }) => atMs)).toEqual([2_000]);
  });

  it("keeps the run's time when it is stopped and started again", async () => {
    const w = world({ a: { rttMs: 30 } });
    await run(w, 500);
    await run(w, 500);
    expect(w.rows.map(({ slot, tVirtualMs }) => [slot, tVirtualMs])).toEqual([
      [1, 0],
      [2, 1_500],
    ]);
  });

  it("counts a late reply as a loss and never as a round trip", async () => {
    const w = world({ a: { rttMs: 499 }, b: { rttMs: 501 }, c: { rttMs: null } }, { m: 3 });
    await run(w, 900);
    expect(w.rows.map(({ device, ok, rttMs, error }) => ({ device, ok, rttMs, error }))).toEqual([
      { device: "a", ok: true, rttMs: 499, error: null },
      { device: "b", ok: false, rttMs: null, error: "TIMEOUT" },
      { device: "c", ok: false, rttMs: null, error: "TIMEOUT" },
    ]);
  });

  it("logs the Thing's own error code for a loss", async () => {
    const problem = { type: "", title: "", status: 504, detail: "", code: "DEVICE_TIMEOUT" };
    const fails = new InteractionError("http://x", 504, problem);
    const w = world({ a: { rttMs: 5, fails }, b: { rttMs: 5, fails: new TypeError("bug") } });
    await run(w, 900);
    expect(w.rows.map((row) => row.error)).toEqual(["DEVICE_TIMEOUT", "INTERNAL"]);
  });

  it("changes the policy in the middle of a slot without losing one", async () => {
    const w = world({ a: { rttMs: 100 }, b: { rttMs: 100 }, c: { rttMs: 100 } });
    const reports: PolicyReport[] = [];
    w.sensing.on("policy", (report) => reports.push(report));
    w.sensing.start();
    await w.clock.advance(1_050);
    const changed = w.sensing.change({ policy: "P2", parameters: { alpha: 0.3 } });
    await w.clock.advance(1_500);
    expect(await changed).toMatchObject({ fromSlot: 3 });
    await w.sensing.stop();
    expect(w.rows.map((row) => [row.slot, row.policy])).toEqual([
      [1, "P0"],
      [1, "P0"],
      [2, "P0"],
      [2, "P0"],
      [3, "P2"],
      [3, "P2"],
    ]);
    expect(w.rows[4]?.qAfter).toBeCloseTo(0.3, 12);
    expect(reports).toEqual([
      expect.objectContaining({ fromSlot: 3, policy: "P2", previous: "P0" }),
    ]);
  });

  it("keeps the reply of a Thing that leaves while it is asked, and asks it no more", async () => {
    const w = world({ a: { rttMs: 100 }, b: { rttMs: 100 } }, { policy: "P1" });
    w.sensing.start();
    await w.clock.advance(50);
    w.sensing.removeThing("a");
    await w.clock.advance(2_400);
    await w.sensing.stop();
    expect(w.rows.map((row) => [row.slot, row.device, row.ok, row.rttMs]).sort()).toEqual([
      [1, "a", true, 100],
      [1, "b", true, 100],
      [2, "b", true, 100],
      [3, "b", true, 100],
    ]);
  });

  it("asks everybody, nobody twice, when M is more than there are", async () => {
    const w = world({ a: { rttMs: 10 }, b: { rttMs: 10 } }, { m: 5, policy: "P1" });
    await run(w, 1_500);
    expect(w.rows.map((row) => row.slot)).toEqual([1, 1, 2, 2]);
    expect(w.sensing.status()).toMatchObject({ m: 5 });
  });

  it("values losses at a time-out that was changed, and keeps what it had learnt", async () => {
    const w = world({ a: { rttMs: null }, b: { rttMs: null } }, { policy: "P3", m: 2 });
    w.sensing.start();
    await w.clock.advance(700);
    const changed = w.sensing.change({ timeoutMs: 200, m: 1 });
    await w.clock.advance(1_000);
    await changed;
    await w.sensing.stop();
    // Q = 0.7 · −500 first; then 0.3 of that and 0.7 · −200.
    expect(w.rows.map((row) => row.qAfter)).toEqual([-350, -350, expect.closeTo(-245, 9)]);
  });

  it("leaves everything as it was when a change is refused", async () => {
    const w = world({ a: { rttMs: 10 } }, { policy: "P1" });
    await expect(w.sensing.change({ policy: "P9", m: 7 })).rejects.toThrow(/P9/);
    expect(w.sensing.status()).toMatchObject({ policy: "P1", m: 2 });
  });

  it("senses a Thing from the slot after it joined, and not after it left", async () => {
    const w = world({ a: { rttMs: 10 }, b: { rttMs: 10 } });
    w.sensing.removeThing("b");
    w.sensing.start();
    await w.clock.advance(500);
    w.sensing.addThing({ id: "b", wsn: "wifi", td: { title: "b" } as never });
    await w.clock.advance(1_000);
    w.sensing.removeThing("a");
    await w.clock.advance(1_000);
    await w.sensing.stop();
    expect(w.asked.map(({ id, atMs }) => [id, atMs])).toEqual([
      ["a", 0],
      ["a", 1_000],
      ["b", 1_000],
      ["b", 2_000],
    ]);
  });

  it("goes on with round robin in the same slot when a policy breaks", async () => {
    const faults: Error[] = [];
    const broken = {
      name: "BROKEN",
      title: "",
      description: "",
      parameters: { type: "object" },
      create: () => ({
        join: () => 0,
        leave: () => undefined,
        select: () => {
          throw new TypeError("oops");
        },
        observe: () => undefined,
        snapshot: () => null,
        restore: () => undefined,
      }),
    };
    const w = world({ a: { rttMs: 10 } }, { policy: broken, m: 1 });
    w.sensing.on("fault", (fault) => faults.push(fault));
    await run(w, 500);
    expect(w.rows).toEqual([expect.objectContaining({ slot: 1, policy: "P0", device: "a" })]);
    expect(faults).toHaveLength(1);
  });

  it("tells a sink that fails by an event, and goes on", async () => {
    const faults: Error[] = [];
    const sink = () => Promise.reject(new TypeError("disk full"));
    const w = world({ a: { rttMs: 10 } }, { sink });
    w.sensing.on("fault", (fault) => faults.push(fault));
    await run(w, 1_500);
    expect(w.sensing.status().slot).toBe(2);
    expect(faults).toHaveLength(2);
  });

  it("runs ten times as fast at time scale 0.1 and stores unscaled milliseconds", async () => {
    const w = world({ a: { rttMs: 4 } }, { timeScale: 0.1, m: 1 });
    await run(w, 250);
    expect(w.asked.map(({ atMs }) => atMs)).toEqual([0, 100, 200]);
    expect(w.asked[0]?.input).toEqual({ timeoutMs: 50 });
    expect(w.rows[1]).toMatchObject({ rttMs: expect.closeTo(40, 6), tVirtualMs: 1_000 });
  });

  it("keeps its figures over the last hundred slots", async () => {
    const devices: Record<string, FakeDevice> = { a: { rttMs: 10 } };
    const w = world(devices, { m: 1 });
    w.sensing.start();
    await w.clock.advance(99_500);
    devices.a = { rttMs: null };
    await w.clock.advance(50_000);
    await w.sensing.stop();
    expect(w.sensing.status()).toMatchObject({
      slot: 150,
      window: { slots: 100, requests: 100, ok: 50, pdr: 0.5, rttMs: expect.closeTo(10, 6) },
      total: { requests: 150, ok: 100 },
    });
  });
});
