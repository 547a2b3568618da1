import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type BuiltModule, builtModule } from "../engines";
import { type AuthorManifest, ManifestError } from "../manifest";
import { publish } from "../publish/artifact";
import { artifactFiles, publishedBefore, writeArtifact } from "../publish/artifact-files";
import { makePublisherKey, NO_TRUST, openPart, withPublisher } from "../sign";
import { TierProcessors } from ".";

const key = makePublisherKey("site");
let folder: string;
let built: BuiltModule;
const nothing = (): void => undefined;
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };
/** Nothing that is done again and again is, here. */
const CLOCK = { now: Date.now, monotonicMs: () => performance.now(), schedule: () => nothing };
/** What was written to devices, in its order. */
const written: (readonly [string, string, number])[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "fogwot-node-processors-"));
  writeFileSync(
    path.join(folder, "trust.json"),
    JSON.stringify(withPublisher(NO_TRUST, openPart(key))),
  );
  built = await builtModule("irrigation");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FILES = () => artifactFiles(path.join(folder, "irrigation.wasm"));

function publishAs(changes: Partial<AuthorManifest>): void {
  const previous = publishedBefore(FILES());
  const manifest = { ...built.manifest, ...changes };
  const { wasm } = built;
  writeArtifact(FILES(), publish({ manifest, wasm, key, ...(previous ? { previous } : {}) }));
}

async function started(): Promise<TierProcessors> {
  const processors = new TierProcessors({
    processors: [
      {
        name: "bed",
        artifact: FILES().wasm,
        watch: true,
        from: [
          { device: "soil", data: "reading", port: "samples", fields: { value: "soilMoisture" } },
        ],
        to: [],
        config: { dryRaw: 0, wetRaw: 100, restMs: 0 },
        gpio: { pump: { device: "soil", parameter: "pump", on: 60 } },
      },
    ],
    // No list of the site's: the key of who starts it is enough.
    trust: {
      ownTrust: path.join(folder, "trust.json"),
      probation: { frames: 0, durationMs: 0 },
      checkpointMs: 10_000,
    },
    folder: path.join(folder, "slots"),
    version: "1.0.0",
    checkChain: (input) => input as never,
    surroundings: {
      act: async () => undefined,
      set: async (...of) => void written.push(of),
    },
    peers: {
      consume: async () => {
        throw new TypeError("no peers");
      },
      stop: async () => undefined,
    },
    clock: CLOCK,
    log: SILENT,
    onEvent: () => undefined,
    onOutput: () => undefined,
  });
  await processors.start();
  return processors;
}

it("writes what the site file says is on to a pin's device, and configures live from its configuration on", async () => {
  publishAs({});
  const processors = await started();
  written.length = 0;
  const soil = (soilMoisture: number): void =>
    processors.record("device/soil/reading", { soilMoisture }, Date.now());
  soil(20);
  soil(50);
  expect(written).toEqual([
    ["soil", "pump", 60],
    ["soil", "pump", 0],
  ]);
  await processors.configure("bed", "calibration", { startBelow: 70, stopAbove: 80 });
  soil(60);
  expect(written).toHaveLength(3);
  const { bed } = processors.settings();
  expect(bed?.calibration).toMatchObject({ dryRaw: 0, wetRaw: 100, startBelow: 70, restMs: 0 });
  // Each may be, both may not; and a name that no field has.
  for (const wrong of [{ startBelow: 90, stopAbove: 10 }, { wetness: 1 }]) {
    await expect(processors.configure("bed", "calibration", wrong)).rejects.toBeInstanceOf(
      ManifestError,
    );
  }
  expect(processors.settings()).toEqual({ bed });
  await processors.stop();
});

it("starts what its file has become since it was watched last, and never an older publication", async () => {
  const counter = async (): Promise<number | undefined> => {
    const processors = await started();
    const [report] = processors.list();
    await processors.stop();
    return report?.running?.counter;
  };
  expect(await counter()).toBe(1);
  publishAs({ version: "1.0.1" });
  expect(await counter()).toBe(2);
  rmSync(FILES().manifest);
  rmSync(FILES().wasm);
  publishAs({});
  expect(await counter()).toBe(2);
});
