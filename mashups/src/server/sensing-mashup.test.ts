import { ConfigError, type Site, silentLogger, VirtualClock } from "@fogwot/core";
import { afterEach, expect, it } from "@jest/globals";
import { Directory } from "../directory";
import { needsTitle, sampleTd } from "../directory/test/sample-td";
import { loadPolicy, type PolicyDefinition, PolicyNotFoundError } from "../policies";
import { MemoryStore, type OutcomeRow, type Store } from "../store";
import { collect } from "../store/test/sample-rows";
import { EventLog } from "./event-log";
import { RowSink } from "./row-sink";
import { SensingMashup } from "./sensing-mashup";
import { fakeConsumer } from "./test/fake-consumer";
import { sampleSite } from "./test/sample-site";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function create(mashupSettings: Partial<Site["mashup"]> = {}, store: Store = new MemoryStore()) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const directory = new Directory({ clock, validate: needsTitle });
  const events = new EventLog({ store, run: "run-a", clock, log: silentLogger });
  const sink = new RowSink({ store, events, log: silentLogger });
  const things = fakeConsumer();
  const mashup = new SensingMashup({
    site: sampleSite(mashupSettings),
    run: "run-a",
    timeScale: 1,
    wot: things.wot,
    directory,
    sink,
    events,
    clock,
    log: silentLogger,
    // Its answers would come in real time.
    isolation: "none",
  });
  stops.push(async () => {
    const stopped = mashup.stop();
    await clock.advance(2000);
    await stopped;
    await store.close();
  });
  const put = (name: string, registration?: object) => {
    const id = `urn:fogwot:factory:${name}`;
    return directory.put(id, sampleTd(id, { title: name, registration }));
  };
  const kinds = async () => {
    await store.flush();
    return (await collect(store.events())).map((event) => event.kind);
  };
  return { clock, directory, sink, store, things, mashup, put, kinds };
}

it("waits for the first Thing, then senses every interval", async () => {
  const { clock, mashup, put, things, kinds } = create();
  mashup.start();
  await clock.advance(5000);
  expect([mashup.state, things.asked.length]).toEqual(["waiting", 0]);
  await put("wifi-1");
  await clock.advance(2500);
  expect([mashup.state, things.asked]).toEqual(["running", ["wifi-1", "wifi-1", "wifi-1"]]);
  expect(await kinds()).toEqual(["device-joined", "sensing-started"]);
});

it("senses a Thing that joins while it runs, and leaves one whose registration ends", async () => {
  const { clock, mashup, put, things, kinds, directory } = create({ policy: "P0" });
  mashup.start();
  await put("wifi-1");
  await put("wifi-2", { ttl: 4 });
  await clock.advance(3500);
  expect(new Set(things.asked)).toEqual(new Set(["wifi-1", "wifi-2"]));
  await clock.advance(2000);
  things.asked.length = 0;
  await clock.advance(3000);
  expect(things.asked).toEqual(["wifi-1", "wifi-1", "wifi-1"]);
  await directory.delete("urn:fogwot:factory:wifi-1");
  things.asked.length = 0;
  await clock.advance(3000);
  expect(things.asked).toEqual([]);
  expect((await kinds()).filter((kind) => kind === "device-left")).toHaveLength(2);
});

it("asks only the devices of the site file, and never a network or a node", async () => {
  const { clock, mashup, put, things, directory } = create({ m: 9, devices: ["wifi-2"] });
  mashup.start();
  await put("wifi-1");
  await put("wifi-2");
  const id = "urn:fogwot:factory:wifi";
  await directory.put(id, { ...sampleTd(id), "@type": "fog:Network" });
  await clock.advance(2500);
  expect(new Set(things.asked)).toEqual(new Set(["wifi-2"]));
});

it("asks all devices, none twice, while there are fewer than M, and says so once", async () => {
  const { clock, mashup, put, store, kinds } = create({ m: 3 });
  mashup.start();
  await put("wifi-1");
  await put("wifi-2");
  await clock.advance(3500);
  await store.flush();
  const rows: OutcomeRow[] = await collect(store.outcomes());
  expect(
    rows
      .filter((row) => row.slot === 2)
      .map((row) => row.device)
      .sort(),
  ).toEqual(["wifi-1", "wifi-2"]);
  await put("wifi-3");
  await clock.advance(1500);
  const seen = await kinds();
  expect(seen.filter((kind) => kind === "coverage-violation")).toHaveLength(1);
  expect(seen.at(-1)).toBe("coverage-restored");
});

it("changes the policy between two slots: no slot is lost and the switch is an event", async () => {
  const { clock, mashup, put, store } = create({ m: 2 });
  mashup.start();
  await put("wifi-1");
  await put("wifi-2");
  await clock.advance(3500);
  expect(await mashup.change({ policy: "P2", parameters: { alpha: 0.3 }, m: 1 })).toMatchObject({
    previous: "P1",
    policy: "P2",
    fromSlot: 5,
  });
  await clock.advance(3000);
  await store.flush();
  const rows = await collect(store.outcomes());
  expect([...new Set(rows.map((row) => row.slot))]).toEqual([1, 2, 3, 4, 5, 6, 7]);
  for (const row of rows) expect(row.policy).toBe(row.slot < 5 ? "P1" : "P2");
  const events = await collect(store.events());
  const switched = events.find((event) => event.kind === "policy-switched");
  expect(JSON.parse(switched?.detail ?? "{}")).toMatchObject({
    previous: "P1",
    policy: "P2",
    parameters: { alpha: 0.3 },
    fromSlot: 5,
  });
  expect(events.map((event) => event.kind)).toContain("settings-changed");
});

it("keeps the running policy when the new one is refused", async () => {
  const { mashup } = create();
  await expect(mashup.change({ policy: "P77" })).rejects.toThrow(PolicyNotFoundError);
  const wrong = { policy: "P2", parameters: { alpha: 7 } };
  await expect(mashup.change(wrong)).rejects.toThrow(ConfigError);
  expect(mashup.status()).toMatchObject({ policy: "P1", m: 1 });
});

it("rolls a policy back with an event, and loses no slot over it", async () => {
  const { clock, mashup, put, store } = create();
  mashup.start();
  await put("wifi-1");
  await clock.advance(2500);
  const base = loadPolicy("P0");
  const create0 = base.create.bind(base);
  const policy: PolicyDefinition = {
    ...base,
    name: "MINE",
    create: (parameters, context) =>
      Object.assign(create0(parameters, context), {
        select: () => {
          throw new RangeError("at once");
        },
      }),
  };
  await mashup.change({ policy });
  await clock.advance(2000);
  await store.flush();
  const rows = await collect(store.outcomes());
  expect(rows.map((row) => [row.slot, row.policy])).toEqual([
    [1, "P1"],
    [2, "P1"],
    [3, "P1"],
    [4, "P1"],
    [5, "P1"],
  ]);
  const events = await collect(store.events());
  const rolledBack = events.filter(({ kind }) => kind === "policy-rolled-back");
  expect(rolledBack.map(({ detail }) => JSON.parse(detail ?? ""))).toMatchObject([
    { fromSlot: 4, policy: "P1", previous: "MINE", reason: expect.stringMatching(/at once/) },
  ]);
  expect(events.map(({ kind }) => kind)).not.toContain("mashup-fault");
});

it.each(["P0", "P1", "P2", "P3"])(
  "goes on under %s when every reply of 1000 slots is lost, and tells it once",
  async (policy) => {
    const { clock, mashup, put, store, things } = create({ policy, m: 2 });
    mashup.start();
    for (const name of ["wifi-1", "wifi-2", "wifi-3"]) {
      await put(name);
      things.silent.add(name);
    }
    await clock.advance(999_500);
    things.silent.clear();
    await clock.advance(3_000);
    await store.flush();
    const rows = await collect(store.outcomes());
    expect(rows).toHaveLength(2 * mashup.status().slot);
    expect(rows.filter((row) => row.slot <= 1_000 && row.ok)).toEqual([]);
    expect(rows.every((row) => row.qAfter === null || Number.isFinite(row.qAfter))).toBe(true);
    const events = (await collect(store.events())).map(({ kind }) => kind);
    expect(events.filter((kind) => /repl/.test(kind))).toEqual(["no-replies", "replies-again"]);
    expect(mashup.status().policy).toBe(policy);
  },
);

it("pauses after the slot under way and goes on with the next slot of the same run", async () => {
  const { clock, mashup, put, things, store } = create();
  mashup.start();
  await put("wifi-1");
  await clock.advance(1500);
  const paused = mashup.pause();
  await clock.advance(10);
  await paused;
  await clock.advance(5000);
  expect([mashup.state, things.asked.length]).toEqual(["stopped", 2]);
  await put("wifi-2");
  await clock.advance(2000);
  expect(things.asked).toHaveLength(2);
  mashup.resume();
  await clock.advance(1500);
  await store.flush();
  expect((await collect(store.outcomes())).map((row) => row.slot)).toEqual([1, 2, 3, 4]);
});

it("is running again when it is wanted back before its last slot has ended", async () => {
  const { clock, mashup, put, things } = create();
  mashup.start();
  await put("wifi-1");
  await clock.advance(100);
  const paused = mashup.pause();
  mashup.resume();
  await clock.advance(10);
  await paused;
  await clock.advance(2500);
  expect(mashup.state).toBe("running");
  expect(things.asked.length).toBeGreaterThanOrEqual(4);
});

it("keeps the outcome of a Thing that reports what no column can hold", async () => {
  const { clock, mashup, put, things, store, sink } = create();
  things.values = { temperature: "warm", humidity: 41, soil: Number.NaN };
  mashup.start();
  await put("wifi-1");
  await clock.advance(500);
  await store.flush();
  expect(await collect(store.outcomes())).toMatchObject([{ ok: true, device: "wifi-1" }]);
  expect(await collect(store.readings())).toMatchObject([{ quantity: "humidity", value: 41 }]);
  expect(sink.malformedReadings).toBe(2);
});

it("goes on sensing when the store fails, counts the rows lost and tells it once", async () => {
  const store = new MemoryStore({ maxPendingRows: 8 });
  const append = store.append.bind(store);
  let failing = true;
  store.append = async (outcomes, readings, events) => {
    if (failing && outcomes.length > 0) throw new RangeError("disk full");
    await append(outcomes, readings, events);
  };
  const { clock, mashup, put, sink, things, kinds } = create({}, store);
  mashup.start();
  await put("wifi-1");
  await clock.advance(3500);
  expect([things.asked.length, sink.lostRows]).toEqual([4, 4]);
  failing = false;
  await clock.advance(1000);
  expect(sink.lostRows).toBe(4);
  expect((await kinds()).filter((kind) => kind === "rows-lost")).toHaveLength(1);
});
