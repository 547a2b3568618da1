import {
  type FogwotError,
  NodeThing,
  type RunningServient,
  silentLogger,
  startServient,
  systemClock,
} from "@fogwot/core";
import { instantiate } from "@fogwot/thing-descriptions";
import { loadDeviceType } from "../../devices/load-device-type";
import type { DriverReply, DriverRequest, Reading } from "../../drivers/driver";
import { DeviceRecord } from "../device-record";
import { DeviceThing, type DriverPort } from "../device-thing";
import { NetworkThing } from "../network-thing";
import type { ExposedThing, Wot } from "../wot-types";

export type ConsumedThing = Awaited<ReturnType<Wot["consume"]>>;

/** The driver's end as a Thing sees it. */
export class FakePort implements DriverPort {
  readonly asked: { device: string; request: DriverRequest; timeoutMs: number }[] = [];
  failWith: Error | null = null;
  temperature = 21;

  async query(
    device: string,
    request: DriverRequest,
    { timeoutMs }: { readonly timeoutMs: number },
  ): Promise<DriverReply> {
    this.asked.push({ device, request, timeoutMs });
    if (this.failWith) throw this.failWith;
    return request.op === "read"
      ? { reading: sample(this.temperature), deviceRttMs: 4 }
      : { deviceRttMs: 4 };
  }
}

/** Taken at noon on 1 May 2026. */
export function sample(temperature: number): Reading {
  const values = { temperature, relativeHumidity: 45, battery: 80 };
  return { values, timestampMs: Date.parse("2026-05-01T12:00:00Z"), ageMs: 40 };
}

/** Two devices, their network and their node, produced, exposed, and consumed over HTTP. */
export class ThingsRig {
  readonly port = new FakePort();
  readonly otherPort = new FakePort();
  readonly record = newRecord("wifi-1");
  readonly otherRecord = newRecord("wifi-2");
  readonly device: ConsumedThing;
  readonly network: ConsumedThing;
  readonly node: ConsumedThing;
  readonly nodeThing: NodeThing;
  /** What is wrong with the node's one driver. */
  problem: FogwotError | null = null;
  readonly #servient: RunningServient;
  readonly #parts: { stop(): void }[];

  private constructor(servient: RunningServient, exposed: Exposed) {
    this.#servient = servient;
    const log = silentLogger;
    const clock = systemClock;
    const first = new DeviceThing({
      thing: exposed.first.thing,
      record: this.record,
      wsn: "wifi",
      driver: this.port,
      log,
    });
    const second = new DeviceThing({
      thing: exposed.second.thing,
      record: this.otherRecord,
      wsn: "wifi",
      driver: this.otherPort,
      log,
    });
    const members = [first, second].map((device, i) => ({
      device,
      title: `Sensor ${i + 1}`,
      thingId: `urn:fogwot:factory:${device.record.id}`,
    }));
    const network = new NetworkThing({ thing: exposed.network.thing, members, clock, log });
    this.nodeThing = new NodeThing({
      thing: exposed.node.thing,
      version: "9.9.9",
      clock,
      log,
      drivers: () => [{ name: "wifi", wsn: "wifi", problem: this.problem }],
    });
    this.nodeThing.start();
    this.#parts = [first, second, network, this.nodeThing];
    this.device = exposed.first.consumed;
    this.network = exposed.network.consumed;
    this.node = exposed.node.consumed;
  }

  static async open(): Promise<ThingsRig> {
    const servient = await startServient({ name: "test", http: { port: 0 }, clients: ["http"] });
    const expose = async (model: string, id: string): Promise<Exposed["first"]> => {
      const values = { site: "factory", node: "fog-wifi", wsn: "wifi", id, title: id };
      const init = instantiate(model, values);
      const thing = await servient.wot.produce(init as Parameters<Wot["produce"]>[0]);
      await thing.expose();
      return { thing, consumed: await servient.wot.consume(thing.getThingDescription()) };
    };
    return new ThingsRig(servient, {
      first: await expose("climate-dht11", "wifi-1"),
      second: await expose("climate-dht11", "wifi-2"),
      network: await expose("network", "wifi"),
      node: await expose("node", "fog-wifi"),
    });
  }

  async close(): Promise<void> {
    for (const part of this.#parts) part.stop();
    await this.#servient.stop();
  }

  async getData(input?: object): Promise<unknown> {
    return (await this.device.invokeAction("getData", input as never))?.value();
  }
}

export async function read(thing: ConsumedThing, property: string): Promise<unknown> {
  return (await thing.readProperty(property)).value();
}

/** Subscribes; the list grows with every event. */
export async function heard(thing: ConsumedThing, event: string): Promise<unknown[]> {
  const all: unknown[] = [];
  await thing.subscribeEvent(event, (output) => {
    void output.value().then((value) => all.push(value));
  });
  return all;
}

/** Observes; the list grows with every change. */
export async function observed(thing: ConsumedThing, property: string): Promise<unknown[]> {
  const all: unknown[] = [];
  await thing.observeProperty(property, (output) => {
    void output.value().then((value) => all.push(value));
  });
  return all;
}

type Exposed = Record<
  "first" | "second" | "network" | "node",
  { readonly thing: ExposedThing; readonly consumed: ConsumedThing }
>;

function newRecord(id: string): DeviceRecord {
  const type = loadDeviceType("climate-dht11");
  return new DeviceRecord({
    id,
    type,
    clock: systemClock,
    parameters: { samplingIntervalMs: 2_000 },
  });
}
