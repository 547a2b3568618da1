import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import {
  createRng,
  packageRoot,
  type RunningServient,
  silentLogger,
  startServient,
  systemClock,
  validateConfig,
} from "@fogwot/core";
import { explain, explainValue, instantiate } from "@fogwot/thing-descriptions";
import { parseMessage } from "../board-protocol";
import { toWire } from "../board-protocol/parameters";
import { toReading } from "../board-protocol/reading";
import { describeDriver } from "../drivers/compliance";
import type { Driver, DriverContext } from "../drivers/driver";
import { driver as wifi } from "../drivers/wifi";
import { PosixBoard } from "../drivers/wifi/testing/posix-board";
import { afterAll, beforeAll, describe, expect, test } from "../testing/jest";
import { until } from "../testing/until";
import { DeviceRecord, DeviceThing } from "../things";
import type { Wot } from "../things/wot-types";
import type { DeviceType } from "./device-type";
import { loadDeviceType } from "./load-device-type";

/** A frame of the type, and what it means as the type's Thing says it. */
interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly frame: { readonly type: string };
  readonly thing?: Readonly<Record<string, number>>;
}

type Affordances = Readonly<Record<string, { readonly readOnly?: boolean }>>;

const VECTORS = path.join(packageRoot(__dirname), "..", "..", "firmware", "test", "vectors");
const VALUES = { site: "test", node: "fog", id: "device-1", title: "Device 1", wsn: "wifi" };
const LONG_MS = 5_000;

/**
 * What a device type is: that its Thing Model, its board and its vectors say the same, and that its
 * firmware, compiled for this machine, is a device to the Wi-Fi driver and a Thing to the Web.
 *
 * @param type folder name in `devices/`
 */
export function describeDevice(type: string): void {
  describe(`device type ${type}`, () => {
    describeModel(type);
    describeVectors(type);
    describeThing(type);
  });
  describeDriver(`device type ${type}: its firmware, behind the Wi-Fi`, () => openBoards(type), {
    canMisbehave: false,
  });
}

function modelOf(type: string, { optional }: DeviceType) {
  return instantiate(type, { ...VALUES, optional }) as unknown as {
    readonly properties: Affordances;
    readonly actions: { readonly getData: { readonly output: object } };
  };
}

function describeModel(type: string): void {
  test("its Thing Model leaves nothing to remark", () => {
    expect(explain(modelOf(type, loadDeviceType(type)), { partial: true })).toEqual([]);
  });

  test("its quantities and parameters are properties of the model, and what is written is a parameter", () => {
    const deviceType = loadDeviceType(type);
    const { quantities, parameters = {}, threshold } = deviceType;
    const { properties } = modelOf(type, deviceType);
    for (const property of Object.keys(quantities)) {
      expect(properties[property]).toMatchObject({ readOnly: parameters[property] === undefined });
    }
    const writable = Object.keys(properties).filter((name) => properties[name]?.readOnly === false);
    const known = ["samplingInterval", ...Object.keys(parameters)];
    expect(new Set(writable)).toEqual(new Set(threshold ? [...known, "threshold"] : known));
  });
}

function describeVectors(type: string): void {
  const file = path.join(VECTORS, `${type}.json`);
  const vectors: readonly Vector[] = existsSync(file)
    ? JSON.parse(readFileSync(file, "utf8")).vectors
    : [];
  const meant = vectors.filter(({ thing }) => thing !== undefined);
  if (meant.length === 0) return;

  test.each(meant.map((vector) => [vector.name, vector] as const))(
    "the frame %s means what the Thing says",
    (_name, { hex, frame, thing = {} }) => {
      const deviceType = loadDeviceType(type);
      const message = parseMessage(Buffer.from(hex, "hex"));
      expect(message).toEqual(frame);
      if (typeof message === "string") return;
      if (message.type === "reading" || message.type === "push") {
        const record = newRecord(type);
        expect(record.toThingReading(toReading(message, 0)).values).toEqual(thing);
        const { values } = valuesSchema(type);
        expect(explainValue(thing as object, values)).toEqual([]);
      } else if (message.type === "set") {
        const { parameter, value } = message;
        const sets = Object.entries(thing).map(([property, wanted]) =>
          toWire(deviceType.parameters?.[property] ?? "threshold", wanted),
        );
        expect(sets).toEqual([{ parameter, value }]);
      }
    },
  );
}

function describeThing(type: string): void {
  describe("served as a Thing", () => {
    let board: PosixBoard;
    let driver: Driver;
    let servient: RunningServient;
    let deviceThing: DeviceThing;
    let consumed: Awaited<ReturnType<Wot["consume"]>>;

    beforeAll(async () => {
      board = await PosixBoard.start(1, type);
      driver = createDriver([board], context(), { keepAliveMs: 60_000 });
      await driver.start(new AbortController().signal);
      servient = await startServient({ name: "device", http: { port: 0 }, clients: ["http"] });
      const init = modelOf(type, loadDeviceType(type)) as unknown;
      const thing = await servient.wot.produce(init as Parameters<Wot["produce"]>[0]);
      const record = newRecord(type);
      driver.onData((data) => record.apply(data));
      deviceThing = new DeviceThing({ thing, record, wsn: "wifi", driver, log: silentLogger });
      await thing.expose();
      consumed = await servient.wot.consume(thing.getThingDescription());
      await until(() => record.lastReading !== null);
    });
    afterAll(async () => {
      deviceThing?.stop();
      await servient?.stop();
      await driver?.stop();
      await board?.stop();
    });

    test("getData answers over HTTP what the model says", async () => {
      const output = await consumed.invokeAction("getData", { timeoutMs: LONG_MS });
      const value = (await output?.value()) as object;
      const { actions } = modelOf(type, loadDeviceType(type));
      expect(explainValue(value, actions.getData.output)).toEqual([]);
    });

    test("every property can be read, and what can be written takes its own value back", async () => {
      const deviceType = loadDeviceType(type);
      for (const property of Object.keys(modelOf(type, deviceType).properties)) {
        const value = await (await consumed.readProperty(property)).value();
        if (deviceType.parameters?.[property] === undefined) continue;
        await consumed.writeProperty(property, value as number);
        expect(await (await consumed.readProperty(property)).value()).toBe(value);
      }
    });
  });
}

/** The schema of a reading's `values`, as getData's output has it. */
function valuesSchema(type: string): { readonly values: object } {
  const { output } = modelOf(type, loadDeviceType(type)).actions.getData;
  return (output as { properties: { values: object } }).properties;
}

function newRecord(type: string): DeviceRecord {
  return new DeviceRecord({
    id: VALUES.id,
    type: loadDeviceType(type),
    clock: systemClock,
    parameters: {},
  });
}

function context(): DriverContext {
  const rng = (purpose: string) => createRng(1, purpose);
  return { log: silentLogger, clock: systemClock, rng, nonce: 1, timeScale: 1 };
}

function createDriver(
  boards: readonly PosixBoard[],
  driverContext: DriverContext,
  settings: object,
): Driver {
  const devices = boards.map(({ address }, i) => ({ id: `device-${i + 1}`, address }));
  return wifi.create(
    { devices, settings: validateConfig(settings, wifi.settings, "test") },
    driverContext,
  );
}

async function openBoards(type: string) {
  const boards = await Promise.all([1, 2].map((seed) => PosixBoard.start(seed, type)));
  const board = (id: string): PosixBoard => boards[Number(id.slice(-1)) - 1] as PosixBoard;
  return {
    ids: ["device-1", "device-2"] as const,
    create: (driverContext: DriverContext, { keepAliveMs }: { readonly keepAliveMs: number }) =>
      createDriver(boards, driverContext, { keepAliveMs }),
    silence: (id: string) => board(id).silence(),
    speak: (id: string) => board(id).speak(),
    async close() {
      await Promise.all(boards.map((one) => one.stop()));
    },
  };
}
