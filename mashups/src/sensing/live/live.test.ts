import { spawnSync } from "node:child_process";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { compiledEntry, systemClock } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { PolicyNotFoundError } from "../../policies";
import type { OutcomeRow } from "../../store";
import { Sensing } from "../sensing";
import type { PolicyReport, RollbackReport, SensingOptions } from "../sensing-options";

let folder: string;
const sensings: Sensing[] = [];

beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "fogwot-live-"));
});
afterEach(async () => {
  for (const sensing of sensings.splice(0)) await sensing.close();
  await fs.rm(folder, { recursive: true, force: true });
});

/** Things whose round trip takes as long as their name says, on a clock that nothing else moves. */
function world(options: Partial<SensingOptions> = {}) {
  let nowMs = 0;
  const wot = {
    consume: async ({ title }: { title: string }) => ({
      invokeAction: async () => {
        nowMs += Number(title);
        return { value: async () => ({ values: {}, timestamp: "", deviceRttMs: 0 }) };
      },
    }),
  } as unknown as SensingOptions["wot"];
  const sensing = new Sensing({
    wot,
    run: "live",
    clock: { ...systemClock, monotonicMs: () => nowMs },
    m: 1,
    things: ["30", "40", "50"].map((id) => ({ id, wsn: "wifi", td: { title: id } as never })),
    ...options,
  });
  sensings.push(sensing);
  const rollbacks: RollbackReport[] = [];
  sensing.on("rollback", (report) => rollbacks.push(report));
  const rows: OutcomeRow[] = [];
  const play = async (slots: number) => {
    for (let n = 0; n < slots; n++) rows.push(...(await sensing.step()).outcomes);
    return rows.slice(-slots);
  };
  return { sensing, play, rows, rollbacks };
}

/** A policy's file: round robin, and what the test puts in its place. */
async function policyFile(name: string, members: string): Promise<string> {
  const file = path.join(folder, `${name}.js`);
  const text = `
    exports.policy = {
      name: "${name}", title: "", description: "", parameters: { type: "object", properties: { step: { type: "number", default: 1 } } },
      create: ({ step }, context) => {
        const handles = [];
        let at = 0;
        return {
          join: () => handles.push(handles.length) - 1,
          leave: (handle) => handles.splice(handles.indexOf(handle), 1),
          select: (slot, m, out) => {
            for (let k = 0; k < m; k++) out[k] = handles[(at + k) % handles.length];
            at += step;
            return m;
          },
          observe: () => undefined,
          snapshot: () => ({ at }),
          restore: (saved) => { at = saved.at; },
          ${members}
        };
      },
    };`;
  await fs.writeFile(file, text);
  return file;
}

describe("a live policy", () => {
  it("decides and learns in its own thread just as it does in this one", async () => {
    const threads = world({ policy: "P1", seed: 5 });
    const here = world({ policy: "P1", seed: 5, isolation: "none" });
    for (const { sensing, play } of [threads, here]) {
      await play(15);
      await sensing.change({ policy: "P3", parameters: { alpha: 0.5 }, m: 2 });
      await play(10);
      await sensing.tune({ epsilonMin: 0.3 });
      sensing.removeThing("30");
      await play(10);
    }
    const timeless = ({ timestampMs, ...row }: OutcomeRow) => row;
    expect(threads.rows.map(timeless)).toEqual(here.rows.map(timeless));
    expect(threads.sensing.status()).toEqual(here.sensing.status());
  });

  it.each([
    ["never comes back from select", "select: () => { for (;;); },", /select|begin/],
    ["throws", "select: () => { null.x; },", /select threw: TypeError.*BAD\.js:\d+/s],
    [
      "chooses one that is not there",
      "select: (s, m, out) => { out[0] = 7; return m; },",
      /unknown/,
    ],
    ["chooses nobody", "select: () => 0,", /chose 0/],
    ["writes NaN", "select: (s, m, out) => { out[0] = NaN; return NaN; },", /chose NaN/],
    ["ends its thread", "select: () => process.exit(3),", /exit code 3/],
    [
      "throws when no one listens",
      "select: () => { setTimeout(() => { throw new Error('late'); }); for (let until = Date.now() + 5; Date.now() < until; ); return 0; },",
      /./,
    ],
    ["fails to take a device", "join: () => { throw new RangeError('full'); },", /full/],
  ])(
    "that %s is replaced by the last good one, in the same slot",
    async (_what, members, reason) => {
      const { sensing, play, rollbacks } = world({ policy: "P0" });
      await play(2);
      const bad = await policyFile("BAD", members);
      const changed = sensing.change({ policy: bad });
      if (members.startsWith("join")) await expect(changed).rejects.toThrow(reason);
      else await changed;
      const rows = await play(2);
      expect(rows.map(({ slot, policy, device }) => [slot, policy, device])).toEqual([
        [3, "P0", "50"],
        [4, "P0", "30"],
      ]);
      if (members.startsWith("join")) return;
      expect(rollbacks).toEqual([
        expect.objectContaining({
          fromSlot: 3,
          policy: "P0",
          previous: "BAD",
          code: "POLICY_FAULT",
        }),
      ]);
      expect(rollbacks[0]?.reason).toMatch(reason);
    },
  );

  it.each([
    ["never comes back from observe", "observe: () => { for (;;); },"],
    ["throws while it learns", "observe: () => { throw new Error('no'); },"],
    ["gives NaN as a value", "value: () => NaN,"],
  ])("that %s costs no outcome of the slot", async (_what, members) => {
    const { play, rollbacks } = world({ policy: await policyFile("BAD", members) });
    const rows = await play(2);
    expect(rows).toEqual([
      expect.objectContaining({ slot: 1, policy: "BAD", device: "30", ok: true, rttMs: 30 }),
      expect.objectContaining({ slot: 2, policy: "P0", device: "30", ok: true }),
    ]);
    expect(rollbacks).toEqual([expect.objectContaining({ fromSlot: 2, policy: "P0" })]);
  });

  it("that takes all the memory it may is replaced", async () => {
    const hoard = "select: () => { for (const all = []; ; ) all.push({ all: [1, 2, 3] }); },";
    const policy = await policyFile("HOARD", `${hoard}`);
    const text = await fs.readFile(policy, "utf8");
    await fs.writeFile(
      policy,
      text.replace("exports.policy = {", "exports.policy = { budgetMs: 5000,"),
    );
    const { play, rollbacks } = world({ policy, policyHeapMb: 24 });
    expect(await play(1)).toMatchObject([{ slot: 1, policy: "P0" }]);
    expect(rollbacks[0]?.reason).toMatch(/memory/);
  });

  it("may take five times what it says it takes", async () => {
    const slow =
      "select: (s, m, out) => { for (let until = Date.now() + 400; Date.now() < until; ); out[0] = 0; return 1; },";
    const policy = await policyFile("SLOW", slow);
    const text = await fs.readFile(policy, "utf8");
    await fs.writeFile(
      policy,
      text.replace("exports.policy = {", "exports.policy = { budgetMs: 2000,"),
    );
    const { play, rollbacks } = world({ policy });
    expect(await play(1)).toMatchObject([{ policy: "SLOW" }]);
    expect(rollbacks).toEqual([]);
  });

  it("is loaded anew from a file that was changed, and the last good content comes back", async () => {
    const { sensing, play, rollbacks } = world({ policy: "P0" });
    await play(1);
    const value = (q: number) => `value: () => ${q},`;
    await sensing.change({ policy: await policyFile("MINE", value(1)) });
    expect(await play(1)).toMatchObject([{ policy: "MINE", qAfter: 1 }]);
    await sensing.change({ policy: await policyFile("MINE", value(2)) });
    expect(await play(1)).toMatchObject([{ policy: "MINE", qAfter: 2 }]);
    await sensing.change({ policy: await policyFile("MINE", "select: () => { for (;;); },") });
    expect(await play(2)).toMatchObject([
      { slot: 4, policy: "MINE", qAfter: 2 },
      { slot: 5, policy: "MINE", qAfter: 2 },
    ]);
    expect(rollbacks).toHaveLength(1);
  });

  it("is found as an npm package from the folder that is named", async () => {
    const { sensing, play } = world({ policy: "P0" });
    const file = await policyFile("PACKED", "");
    const home = path.join(folder, "node_modules", "packed-policy");
    await fs.mkdir(home, { recursive: true });
    await fs.copyFile(file, path.join(home, "index.js"));
    await sensing.change({ policy: "packed-policy", policyBase: folder });
    expect(await play(1)).toMatchObject([{ policy: "PACKED" }]);
    // Its parameters alone: it is found again.
    await sensing.change({ parameters: { step: 2 } });
    expect((await play(2)).map(({ device }) => device)).toEqual(["30", "50"]);
  });

  it("goes on where it was when it comes back, with the devices of today", async () => {
    const { sensing, play } = world({ policy: await policyFile("GOOD", "") });
    await play(2);
    await sensing.change({ policy: await policyFile("BAD", "observe: () => { throw 1; },") });
    sensing.removeThing("40");
    await play(1);
    // Two of its slots were before, so that the third of three is next: of two now, the first.
    expect(await play(2)).toMatchObject([{ device: "30" }, { device: "50" }]);
  });

  it("stays when the next one cannot be loaded, and says why", async () => {
    const { sensing, play } = world({ policy: "P0" });
    const file = path.join(folder, "broken.js");
    await fs.writeFile(file, "exports.policy = {;");
    await expect(sensing.change({ policy: file, m: 3 })).rejects.toThrow(/SyntaxError/);
    await fs.writeFile(file, "while (true);");
    const refused = expect(sensing.change({ policy: file })).rejects.toThrow(/closed/);
    expect(await play(3)).toMatchObject([{ policy: "P0" }, { policy: "P0" }, { policy: "P0" }]);
    await sensing.close();
    await refused;
    expect(sensing.status().m).toBe(1);
  });

  it("starts from the link model of the one before, under the same handles", async () => {
    const model = "linkModel: () => ({ of: handles }),";
    const adopt = "adopt: ({ of }) => { seen = of.length; return true; }, value: () => seen,";
    const first = await policyFile("FIRST", model);
    const second = await policyFile(
      "SECOND",
      adopt
        .replace("seen = ", "globalThis.seen = ")
        .replace("() => seen", "() => globalThis.seen ?? -1"),
    );
    const { sensing, play } = world({ policy: first });
    const reports: PolicyReport[] = [];
    sensing.on("policy", (report) => reports.push(report));
    await play(1);
    await sensing.change({ policy: second, carry: "model" });
    expect(await play(1)).toMatchObject([{ policy: "SECOND", qAfter: 3 }]);
    await sensing.change({ policy: second, carry: "none" });
    expect(await play(1)).toMatchObject([{ qAfter: -1 }]);
    expect(reports.map(({ carry, carried }) => [carry, carried])).toEqual([
      ["model", true],
      ["none", false],
    ]);
  });

  it("keeps what it has learnt when its parameters are changed", async () => {
    const { sensing, play } = world({ policy: await policyFile("MINE", "") });
    await play(2);
    await sensing.tune({ step: 2 });
    expect((await play(3)).map(({ device }) => device)).toEqual(["50", "40", "30"]);
    await expect(sensing.tune({ step: "far" })).rejects.toThrow(/step/);
    expect(sensing.status().parameters).toEqual({ step: 2 });
  });
});

it("a script's own loop fails at once when its policy is not there", async () => {
  const { play } = world({ policy: path.join(folder, "nowhere.js") });
  await expect(play(1)).rejects.toThrow(PolicyNotFoundError);
});

it("the threads of policies do not keep a script from ending", () => {
  const library = compiledEntry(path.join(__dirname, "..", "index.ts"));
  const program = `
    const { Sensing } = require(${JSON.stringify(library)});
    const invokeAction = async () => ({ value: async () => ({ values: {}, timestamp: "", deviceRttMs: 0 }) });
    const wot = { consume: async () => ({ invokeAction }) };
    const things = ["a", "b"].map((id) => ({ id, wsn: "wifi", td: { title: id } }));
    const sensing = new Sensing({ wot, run: "script", m: 1, policy: "P1", things });
    sensing.step().then(({ slot }) => console.log(slot));`;
  const { stdout, signal } = spawnSync(process.execPath, ["-e", program], { timeout: 20_000 });
  expect([stdout.toString(), signal]).toEqual(["1\n", null]);
});
