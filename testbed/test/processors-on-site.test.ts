import * as fs from "node:fs";
import * as path from "node:path";
import { InteractionError, loadSite, type RunningServient } from "@fogwot/core";
import {
  artifactFiles,
  type ManifestBase,
  type ProcessorReport,
  readArtifact,
  writeArtifact,
} from "@fogwot/wasm";
import { type HandMade, handMade, type SignedOptions, signed } from "@fogwot/wasm/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { loadSecretKey, newPublisherKey, trustPublishers } from "../src/keys/publisher-keys";
import { processorChain } from "../src/processors/processor-chain";
import { publishProcessor } from "../src/processors/publish-processor";
import {
  deployProcessor,
  listProcessors,
  moveProcessor,
  removeProcessor,
  rollbackProcessor,
} from "../src/processors/running-processors";
import { openClient } from "../src/things/client";
import type { ConsumedThing } from "../src/things/wot-types";
import { REPOSITORY, until, Workbench } from "./support/fogwot";

jest.setTimeout(120_000);

const SITE = `
site: processors
portBase: 19080
server:
  httpPort: 19080
  processors:
    - name: count
      from: [{ thing: wifi-1, event: reading, port: values, fields: { value: 1 } }]
      to: [{ port: sums, event: true }]
broker: { port: 19083 }
processors: { trust: trust.json, probation: { frames: 1, durationMs: 0 }, checkpointMs: 100 }
nodes:
  - name: fog-wifi
    bindings: { http: { port: 19090 }, coap: { port: 19091 }, mqtt: {} }
    processors:
      - name: count
        from: [{ device: wifi-1, data: reading, port: values, fields: { value: 1 } }]
        to: [{ port: sums, event: true }]
      - name: mean
        artifact: out/ema.wasm
        watch: true
        from: [{ device: wifi-1, data: reading, port: samples, fields: { sensor: 1, value: temperature } }]
    networks:
      - name: wifi
        wsn: wifi
        driver: wifi
        devices: [{ id: wifi-1, type: climate-dht11, address: "127.0.0.1:19101", samplingIntervalMs: 1000 }]
mashup: { policy: P1, m: 1, timeoutMs: 500, intervalMs: 200, binding: http, seed: 1 }
`;
const EMULATION = `
seed: 1
intervalMs: 1000
boards: [{ device: wifi-1, port: posix, firmware: climate-dht11, link: { baseMs: 2 } }]
`;

const MANIFEST: Partial<ManifestBase> = {
  ports: { in: [{ name: "values", schema: "v/1" }], out: [{ name: "sums", schema: "v/1" }] },
  records: { "v/1": [{ name: "value", type: "u8" }] },
};
const processOf = (...code: number[]): HandMade => ({
  functions: { process: { type: "i32 i32:i32", code } },
});
/** Adds the first byte of a frame to a sum, and answers with it. */
const COUNT = [0x23, 0, 0x41, 0x80, 8, 0x2d, 0, 0, 0x6a, 0x24, 0].concat([
  ...[0x41, 0x80, 16, 0x23, 0, 0x3a, 0, 0, 0x41, 1],
]);
const ENDLESS = [0x03, 0x40, 0x0c, 0, 0x0b, 0x41, 0];
/** Sends a byte out again and again. */
const FLOOD = [0x03, 0x40, 0x41, 0, 0x41, 0x80, 16, 0x41, 1, 0x10, 0, 0x0c, 0, 0x0b, 0x41, 0];

let bench: Workbench;
let site: string;
let client: RunningServient;
const events: { readonly name: string; readonly data: Record<string, unknown> }[] = [];
/** Of `count`, wherever it runs. */
const sums: number[] = [];

const file = (name: string): string => path.join(bench.folder, name);
const stateBefore = process.env.FOGWOT_STATE;

beforeAll(async () => {
  bench = new Workbench();
  process.env.FOGWOT_STATE = bench.environment.FOGWOT_STATE;
  site = file("site.yaml");
  fs.writeFileSync(site, SITE);
  fs.writeFileSync(file("emulation.yaml"), EMULATION);
  for (const name of ["alice", "mallory"]) newPublisherKey(name, bench.folder);
  trustPublishers(file("trust.json"), [file("alice.pub.json")]);
  const folder = path.join(REPOSITORY, "wasm", "processors", "ema");
  fs.cpSync(folder, file("ema"), { recursive: true });
  await publishEma();
  await bench.start("up", site, "--port-base", "0").says("is up");
  client = await openClient(10_000, { site: loadSite(site) });
  for (const node of ["fog-wifi", "server"]) await listen(await consume(node));
});
afterAll(async () => {
  await client?.stop();
  await bench?.close();
  process.env.FOGWOT_STATE = stateBefore;
});

function publishEma(): Promise<unknown> {
  const key = loadSecretKey(file("alice.key.json"));
  return publishProcessor({ target: file("ema"), key, out: file("out") });
}

async function consume(name: string): Promise<ConsumedThing> {
  const { server } = bench.runInfo();
  const url = `${server?.directoryUrl}/urn:fogwot:processors:${name}`;
  return client.wot.consume(await client.wot.requestThingDescription(url));
}

async function listen(thing: ConsumedThing): Promise<void> {
  for (const name of ["processorOutput", "processorSwapped", "processorFault"]) {
    await thing.subscribeEvent(name, async (output) => {
      const data = (await output.value()) as Record<string, unknown>;
      const { value } = (data.record ?? {}) as { readonly value?: number };
      if (data.processor === "count" && value !== undefined) sums.push(value);
      events.push({ name, data });
    });
  }
}

async function running(name: string, node = "fog-wifi"): Promise<ProcessorReport["running"]> {
  const tiers = await listProcessors({ site });
  const tier = tiers.find((one) => one.node === node);
  return tier?.processors.find((one) => one.name === name)?.running ?? null;
}

/** A module of our own, published by alice. @param counter of its publications */
function publish(name: string, made: HandMade, counter: number, options: SignedOptions = {}) {
  const key = loadSecretKey(file("alice.key.json"));
  const manifest = { ...MANIFEST, fuelPerCall: 10_000_000, ...options.manifest };
  const artifact = signed(handMade(made), { key, ...options, manifest, said: { counter } });
  writeArtifact(artifactFiles(file(name)), artifact);
  return artifact;
}

const deploy = (artifact: string, binding: "http" | "mqtt" = "http") =>
  deployProcessor({ site, binding, name: "count", to: ["fog-wifi"], artifact: file(artifact) });

async function ruleOf(refused: Promise<unknown>): Promise<unknown> {
  const error = await refused.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InteractionError);
  return (error as InteractionError).problem?.detail;
}

/** The next sum that is told, once `count` has settled where it is. */
async function nextSum(): Promise<number> {
  const before = sums.length;
  await until(() => sums.length > before, "another sum was told");
  return sums.at(-1) as number;
}

describe("processors on a running site", () => {
  it("are deployed over HTTP and over MQTT, listed, and rolled back", async () => {
    publish("one", { ...processOf(...COUNT), globals: [0, 1] }, 1);
    publish("two", { ...processOf(...COUNT), globals: [0, 2] }, 2);
    const [first] = await deploy("one", "http");
    expect(first).toMatchObject({ node: "fog-wifi", state: "cold" });
    await nextSum();
    const [second] = await deploy("two", "mqtt");
    expect(await running("count")).toMatchObject({
      wasmSha256: second?.wasmSha256,
      previousWasmSha256: first?.wasmSha256,
    });
    await rollbackProcessor({ site, name: "count", to: ["fog-wifi"] });
    expect(await running("count")).toMatchObject({ wasmSha256: first?.wasmSha256 });
    const listed = await bench.json<{ tiers: { node: string }[] }>("processor", "list", "-s", site);
    expect(listed.tiers.map(({ node }) => node)).toEqual(["server", "fog-wifi"]);
  });

  it("are refused with the rule that they break, and what runs goes on", async () => {
    const { wasmSha256 } = (await running("count")) ?? {};
    const mallory = loadSecretKey(file("mallory.key.json"));
    publish("strange", { ...processOf(...COUNT), globals: [0, 3] }, 3, { key: mallory });
    expect(await ruleOf(deploy("strange"))).toContain("SIGNER_UNKNOWN");
    const bytes = Uint8Array.from(readArtifact(file("one.wasm")).wasm);
    bytes[60] = (bytes[60] as number) ^ 1;
    writeArtifact(artifactFiles(file("bent")), { ...readArtifact(file("one.wasm")), wasm: bytes });
    expect(await ruleOf(deploy("bent"))).toContain("MODULE_HASH");
    expect(await running("count")).toMatchObject({ wasmSha256 });
    const finished = await bench.run("processor", "deploy", "count", file("bent"), "-s", site);
    expect(finished).toMatchObject({ code: 1, stderr: expect.stringContaining("MODULE_HASH") });
  });

  it("take settings while they run, and a module that was published anew", async () => {
    const thing = await consume("fog-wifi");
    await thing.writeProperty("processorSettings", { mean: { config: { alpha: 0.5 } } });
    const settings = await (await thing.readProperty("processorSettings")).value();
    expect(settings).toEqual({ mean: { config: { alpha: 0.5 } } });
    const wrong = thing.writeProperty("processorSettings", { mean: { config: { alpha: 7 } } });
    expect(await ruleOf(wrong)).toContain("alpha");
    const change = (name: string, from: string, to: string): void =>
      fs.writeFileSync(file(name), fs.readFileSync(file(name), "utf8").replace(from, to));
    change("ema/manifest.json", '"1.0.0"', '"1.1.0"');
    change("ema/assembly/index.ts", "E_FULL: i32 = -16", "E_FULL: i32 = -17");
    await publishEma();
    await until(async () => (await running("mean"))?.version === "1.1.0", "1.1.0 runs");
  });

  it("that run away or flood are replaced by the version before, while the Thing answers", async () => {
    const { wasmSha256 } = (await running("count")) ?? {};
    const device = await consume("wifi-1");
    const emit = { module: "fog", name: "emit", type: "i32 i32 i32:" };
    const capabilities = { manifest: { capabilities: ["emit"] } } as const;
    publish("endless", processOf(...ENDLESS), 4);
    publish("flood", { ...processOf(...FLOOD), imports: [emit] }, 5, capabilities);
    for (const [name, fault] of [
      ["endless", "fuel"],
      ["flood", "flood"],
    ] as const) {
      const from = events.length;
      const [deployed] = await deploy(name);
      await until(
        () => events.slice(from).some(({ data }) => data.reason === "fault"),
        `${name} was replaced`,
      );
      const told = events.slice(from).filter(({ data }) => data.processor === "count");
      expect(told.find((one) => one.name === "processorFault")?.data).toMatchObject({
        fault,
        wasmSha256: deployed?.wasmSha256,
      });
      expect(await (await device.readProperty("status")).value()).toBe("online");
      expect(await running("count")).toMatchObject({ wasmSha256, status: "confirmed" });
    }
  });

  it("move to the server and back, and count on", async () => {
    const before = await nextSum();
    const there = await moveProcessor({ site, name: "count", to: "server" });
    expect(there).toMatchObject({ state: "image", to: "urn:fogwot:processors:server" });
    expect(await running("count")).toBeNull();
    const moved = await nextSum();
    expect(moved).toBeGreaterThan(before);
    await moveProcessor({ site, name: "count", to: "fog-wifi" });
    expect(await running("count", "server")).toBeNull();
    expect(await nextSum()).toBeGreaterThan(moved);
  });

  it("go on where they are when the other tier refuses them", async () => {
    const { wasmSha256 } = (await running("count")) ?? {};
    const before = await nextSum();
    const thing = await consume("fog-wifi");
    const nowhere = thing.invokeAction("moveProcessor", { name: "count", to: "wifi-1" });
    await expect(nowhere).rejects.toBeDefined();
    expect(await running("count")).toMatchObject({ wasmSha256 });
    expect(await nextSum()).toBeGreaterThan(before);
  });

  it("are chained otherwise while they run, also after kill -9, with the version that ran", async () => {
    const chain = { processors: [{ name: "count", from: COUNT_TWICE, to: COUNTED }] };
    fs.writeFileSync(file("chain.yaml"), JSON.stringify(chain));
    const { processors } = await processorChain({
      ...{ site, node: "fog-wifi", chain: { file: file("chain.yaml") } },
    });
    expect(processors).toMatchObject([{ name: "count" }]);
    const [first, second] = [await nextSum(), await nextSum()];
    expect(second - first).toBe(2);
    const { wasmSha256 } = (await running("count")) ?? {};
    const mark = bench.living().find((line) => line.includes("fog/dist/src/node/main.js")) ?? "";
    process.kill(Number.parseInt(mark, 10), "SIGKILL");
    await until(
      async () => (await running("count").catch(() => null))?.wasmSha256 === wasmSha256,
      "the node is back with its processor",
    );
    const again = await processorChain({ site, node: "fog-wifi", chain: undefined });
    expect(again.processors).toMatchObject([{ name: "count" }]);
    await removeProcessor({ site, name: "count", to: ["fog-wifi"] });
    expect(await running("count")).toBeNull();
  });
});

const COUNT_TWICE = [{ device: "wifi-1", data: "reading", port: "values", fields: { value: 2 } }];
const COUNTED = [{ port: "sums", event: true }];
