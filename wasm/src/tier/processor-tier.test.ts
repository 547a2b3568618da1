import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { NotInstalledError } from "../runtime";
import { SummingVersion } from "../runtime/test/summing-version";
import { admitted, handMade, signed } from "../testing";
import {
  ChainError,
  type Output,
  type ProcessorSpec,
  ProcessorTier,
  UnknownProcessorError,
} from ".";

let folder: string;
let outputs: Output[];
let lost: [string, unknown][];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "fogwot-tier-"));
  outputs = [];
  lost = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const artifact = signed(handMade());

async function started(...specs: ProcessorSpec[]): Promise<ProcessorTier> {
  const tier = new ProcessorTier({
    folder,
    clock: { monotonicMs: () => 0 },
    admit: (one) => admitted(one),
    // What is admitted is real; what runs sums up in plain TypeScript.
    start: async (_spec, { manifest }) => new SummingVersion(manifest.wasmSha256),
    onOutput: (output) => outputs.push(output),
    onEvent: () => undefined,
    onLost: (processor, error) => lost.push([processor, error]),
    onNotStarted: (processor, error) => lost.push([processor, error]),
  });
  await tier.start(specs);
  return tier;
}

const first: ProcessorSpec = {
  name: "first",
  from: [{ source: "device/a/bytes", port: "values" }],
  to: [{ port: "sums", sink: "total" }],
};
const second: ProcessorSpec = {
  name: "second",
  from: [{ source: "processor/first/sums", port: "values" }],
  to: [{ port: "sums", sink: "total" }],
};

const told = (): unknown[] => outputs.map(({ processor, records }) => [processor, records()]);

describe("the processors of a tier", () => {
  it("feed each other and the sinks, in the order of the chain", async () => {
    const tier = await started(first, second);
    for (const name of tier.names) await tier.deploy(name, artifact);
    tier.feed("device/a/bytes", Uint8Array.of(3));
    tier.feed("device/a/bytes", Uint8Array.of(4));
    tier.feed("device/b/bytes", Uint8Array.of(5));
    expect(told()).toEqual([
      ["second", [{ value: 3 }]],
      ["first", [{ value: 3 }]],
      ["second", [{ value: 10 }]],
      ["first", [{ value: 7 }]],
    ]);
    expect([tier.hasRoute("device/a/bytes"), tier.hasRoute("device/b/bytes")]).toEqual([
      true,
      false,
    ]);
  });

  it("take records by name, and what is longer than their buffer in pieces", async () => {
    const tier = await started({
      ...first,
      from: [
        { source: "device/a/readings", port: "values", fields: { value: "temperature" } },
        ...first.from,
      ],
    });
    await tier.deploy("first", artifact);
    tier.feedRecord("device/a/readings", { temperature: 21, humidity: 40 });
    expect(told()).toEqual([["first", [{ value: 21 }]]]);
    tier.feedRecord("device/a/readings", { temperature: 300 });
    tier.feedRecord("device/a/readings", { humidity: 40 });
    expect(lost.map(([name, error]) => [name, String(error)])).toEqual([
      ["first", expect.stringContaining("/value: got 300")],
      ["first", expect.stringContaining("/value")],
    ]);
    // 20 bytes through a buffer of 8: three calls, of which each sums up its first byte.
    tier.feed("device/a/bytes", new Uint8Array(20).fill(1));
    expect(told().slice(1)).toEqual([22, 23, 24].map((value) => ["first", [{ value }]]));
  });

  it("lose what comes before anything is deployed, and say so", async () => {
    const tier = await started(first);
    tier.feed("device/a/bytes", Uint8Array.of(1));
    expect(lost).toEqual([["first", expect.any(NotInstalledError)]]);
    expect(tier.list()).toEqual([{ name: "first", running: null, figures: null }]);
  });

  it("are refused in a circle, under a name that is taken, and from what is not there", async () => {
    const loop = { ...first, from: [{ source: "processor/second/sums", port: "values" }] };
    await expect(started(loop, second)).rejects.toThrow(/feeds itself: first → second → first/);
    await expect(started(first, first)).rejects.toBeInstanceOf(ChainError);
    await expect(started(second)).rejects.toThrow(/fed from processor\/first\/sums/);
  });

  it("are rearranged while they run: who stays keeps its state, who comes back too", async () => {
    const tier = await started(first, second);
    for (const name of tier.names) await tier.deploy(name, artifact);
    tier.feed("device/a/bytes", Uint8Array.of(3));
    await tier.rearrange([first]);
    tier.feed("device/a/bytes", Uint8Array.of(4));
    await expect(tier.deploy("second", artifact)).rejects.toBeInstanceOf(UnknownProcessorError);
    await tier.rearrange([second, first]);
    tier.feed("device/a/bytes", Uint8Array.of(1));
    expect(told().slice(2)).toEqual([
      ["first", [{ value: 7 }]],
      ["second", [{ value: 11 }]],
      ["first", [{ value: 8 }]],
    ]);
    const wrong = tier.rearrange([{ ...first, from: [{ source: "processor/x/y", port: "z" }] }]);
    await expect(wrong).rejects.toBeInstanceOf(ChainError);
    expect(tier.names).toEqual(["first", "second"]);
  });

  it("go on after a restart with what was kept of them", async () => {
    const tier = await started(first);
    await tier.deploy("first", artifact);
    tier.feed("device/a/bytes", Uint8Array.of(3));
    await tier.stop();
    const again = await started(first);
    again.feed("device/a/bytes", Uint8Array.of(4));
    expect(told().at(-1)).toEqual(["first", [{ value: 7 }]]);
    expect(again.list()).toMatchObject([{ running: { processor: "sum", status: "confirmed" } }]);
  });

  it("take nothing to a port that their version does not have", async () => {
    const tier = await started({ ...first, from: [{ source: "device/a/bytes", port: "valves" }] });
    await tier.deploy("first", artifact);
    tier.feed("device/a/bytes", Uint8Array.of(1));
    expect(String(lost[0]?.[1])).toContain("has no in-port valves, but values");
  });
});
