import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { AdmissionError, admit } from "../admission";
import { buildProcessor } from "../build/build";
import { WasmVersion } from "../host";
import type { Manifest } from "../manifest";
import { type Artifact, publish } from "../publish/artifact";
import { makePublisherKey, NO_TRUST, openPart } from "../sign";
import { SlotStore } from "../slots";
import { TEST_LIMITS } from "../testing";
import { NotInstalledError, VersionRefusedError } from "./fault";
import type { InstallEvent } from "./install-options";
import { InstalledProcessor } from "./installed-processor";

// One run of the compiler.
jest.setTimeout(120_000);

const VILLAIN = path.join(__dirname, "..", "host", "test", "villain");
const SUM = 0;
const TRAP = 5;
const keys = [makePublisherKey("one"), makePublisherKey("two"), makePublisherKey("three")];
const trust = { ...NO_TRUST, publishers: keys.map(openPart) };

/** The same code, signed by three: three different modules with counters 1, 2 and 3. */
let versions: readonly [Artifact, Artifact, Artifact];
beforeAll(async () => {
  const built = await buildProcessor({ folder: VILLAIN });
  let previous: Manifest | undefined;
  versions = keys.map((key) => {
    const artifact = publish({ ...built, key, ...(previous ? { previous } : {}) });
    previous = artifact.said;
    return artifact;
  }) as never;
});

let folder: string;
let nowMs: number;
let events: InstallEvent[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "fogwot-processor-"));
  nowMs = 0;
  events = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A node's start: whatever ran before is gone. */
async function opened(): Promise<InstalledProcessor> {
  const processor = new InstalledProcessor({
    name: "villain",
    store: new SlotStore(folder),
    clock: { monotonicMs: () => nowMs },
    probation: { frames: 2, durationMs: 100 },
    admit: (artifact, known) => admit(artifact, trust, { ...TEST_LIMITS, ...known }),
    start: async ({ wasm, manifest }, config) =>
      new WasmVersion(await WasmVersion.prepare(wasm, { manifest, config, grants: {} })),
    onEvent: (event) => events.push(event),
  });
  await processor.open();
  return processor;
}

const add = (processor: InstalledProcessor, value: number): number | undefined =>
  processor.process(SUM, Uint8Array.of(value)).emissions.at(-1)?.bytes[0];

function confirm(processor: InstalledProcessor): void {
  nowMs += 100;
  for (let i = 0; i < 2; i++) add(processor, 0);
  expect(processor.hosted?.status).toBe("confirmed");
}

const hashOf = (processor: InstalledProcessor): string | undefined =>
  processor.hosted?.active.wasmSha256;
const kinds = (): string[] => events.map(({ kind }) => kind);

describe("an installed processor", () => {
  it("is not there before something was deployed, and goes on after a restart with the state it kept", async () => {
    const processor = await opened();
    expect(() => add(processor, 1)).toThrow(NotInstalledError);
    await processor.deploy(versions[0]);
    expect([add(processor, 3), add(processor, 4)]).toEqual([3, 7]);
    await processor.checkpoint();
    add(processor, 50);
    // The power goes: what came after the checkpoint is gone with it.
    const again = await opened();
    expect(add(again, 1)).toBe(8);
    await again.stop();
    expect(add(await opened(), 1)).toBe(9);
  });

  it("starts with the configuration it was deployed with", async () => {
    const processor = await opened();
    await processor.deploy(versions[0], () => Uint8Array.of(100));
    expect(add(await opened(), 1)).toBe(101);
  });

  it("gives way to the version before when the node goes down in its probation", async () => {
    const processor = await opened();
    await processor.deploy(versions[0]);
    add(processor, 5);
    const { state } = await processor.deploy(versions[1]);
    expect(state).toBe("saved");
    expect(add(processor, 1)).toBe(6);
    const again = await opened();
    expect(hashOf(again)).toBe(hashOf(await opened()));
    expect(add(again, 1)).toBe(6);
    expect(kinds()).toContain("probation-cut");
    await again.deploy(versions[1]);
    expect(add(again, 1)).toBe(7);
  });

  it("stays after its probation, with the version before to go back to after a restart", async () => {
    const processor = await opened();
    const first = await processor.deploy(versions[0]);
    add(processor, 5);
    const second = await processor.deploy(versions[1]);
    confirm(processor);
    await processor.stop();
    const again = await opened();
    expect(hashOf(again)).toBe(second.wasmSha256);
    expect(add(again, 1)).toBe(6);
    await again.rollback();
    expect(hashOf(again)).toBe(first.wasmSha256);
    expect(add(again, 2)).toBe(7);
    expect(hashOf(await opened())).toBe(first.wasmSha256);
  });

  it("remembers over a restart what failed here", async () => {
    const processor = await opened();
    const first = await processor.deploy(versions[0]);
    add(processor, 5);
    await processor.deploy(versions[1]);
    // The version before takes the frame, and fails on it too: it is the same code.
    processor.process(TRAP, Uint8Array.of(1));
    expect(kinds().slice(-4)).toEqual(["fault", "swapped", "fault", "restarted"]);
    await processor.checkpoint();
    const again = await opened();
    expect(hashOf(again)).toBe(first.wasmSha256);
    await expect(again.deploy(versions[1])).rejects.toBeInstanceOf(VersionRefusedError);
    expect(await again.deploy(versions[2])).toMatchObject({ state: "saved" });
  });

  it("refuses what is older than what it has trusted, or tampered with, and runs on", async () => {
    const processor = await opened();
    await processor.deploy(versions[1]);
    add(processor, 5);
    await expect(processor.deploy(versions[0])).rejects.toMatchObject({ rule: "COUNTER_OLD" });
    const tampered = { ...versions[2], wasm: Uint8Array.from(versions[2].wasm) };
    tampered.wasm[200] = (tampered.wasm[200] as number) ^ 1;
    await expect(processor.deploy(tampered)).rejects.toBeInstanceOf(AdmissionError);
    expect(add(processor, 1)).toBe(6);
    await expect((await opened()).deploy(versions[0])).rejects.toMatchObject({
      rule: "COUNTER_OLD",
    });
  });

  it("goes back when the disk does not take it", async () => {
    const processor = await opened();
    const first = await processor.deploy(versions[0]);
    add(processor, 5);
    await rm(path.join(folder, "blobs"), { recursive: true });
    await expect(processor.deploy(versions[1])).rejects.toMatchObject({ code: "ENOENT" });
    expect([hashOf(processor), add(processor, 1)]).toEqual([first.wasmSha256, 6]);
  });

  it("does not start what nobody trusts any more", async () => {
    const processor = await opened();
    await processor.deploy(versions[0]);
    trust.publishers = trust.publishers.slice(1);
    try {
      await expect(opened()).rejects.toMatchObject({ rule: "SIGNER_UNKNOWN" });
    } finally {
      trust.publishers = keys.map(openPart);
    }
  });
});
