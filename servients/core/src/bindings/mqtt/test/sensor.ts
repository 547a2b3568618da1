import { Servient } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { DeviceTimeoutError } from "../../../errors";
import { Deferred } from "../../compliance";
import { MqttBindingClientFactory, MqttBindingServer, type MqttServerOptions } from "..";

export const READING = { deviceId: "wifi-1", values: { temperature: 21.5, humidity: 40 } };

/** A sensor as a fog node exposes it, and the means to make it misbehave. */
export interface TestSensor {
  readonly server: MqttBindingServer;
  readonly wot: typeof WoT;
  readonly thing: WoT.ExposedThing;
  readonly td: WoT.ThingDescription;
  /** Topic of the Thing. */
  readonly base: string;
  /** Values behind the properties. */
  readonly values: Record<string, WoT.DataSchemaValue>;
  /** Inputs of `getData`, in the order of arrival. */
  readonly invocations: unknown[];
  /** Lets `hang` answer. */
  readonly gate: Deferred;
  stop(): Promise<void>;
}

export function sensorInit(id: string, title: string): WoT.ExposedThingInit {
  return {
    "@context": "https://www.w3.org/2022/wot/td/v1.1",
    id,
    title,
    security: ["nosec_sc"],
    securityDefinitions: { nosec_sc: { scheme: "nosec" } },
    properties: {
      temperature: { type: "number", readOnly: true, observable: true },
      uptime: {
        type: "number",
        readOnly: true,
        uriVariables: { unit: { type: "string", enum: ["s", "ms"] } },
      },
      samplingInterval: { type: "integer", minimum: 100 },
      status: { type: "string", enum: ["online", "offline"], readOnly: true, observable: true },
    },
    actions: {
      getData: {
        input: { type: "object", properties: { timeoutMs: { type: "integer" } } },
        output: { type: "object" },
        synchronous: true,
      },
      reset: { synchronous: true },
      fail: { synchronous: true },
      hang: { output: { type: "string" }, synchronous: true },
    },
    events: { reading: { data: { type: "integer" } } },
  };
}

/** Installs the handlers. */
export function implementSensor(thing: WoT.ExposedThing) {
  const values: Record<string, WoT.DataSchemaValue> = {
    temperature: 21.5,
    uptime: 1,
    samplingInterval: 1000,
    status: "online",
  };
  const invocations: unknown[] = [];
  const gate = new Deferred();
  for (const name of Object.keys(values))
    thing.setPropertyReadHandler(name, async () => values[name] ?? null);
  thing.setPropertyReadHandler("uptime", async (options) => {
    const { unit } = (options?.uriVariables ?? {}) as { unit?: string };
    return Number(values.uptime) * (unit === "ms" ? 1000 : 1);
  });
  thing.setPropertyWriteHandler("samplingInterval", async (input) => {
    values.samplingInterval = (await input.value()) as number;
  });
  thing.setActionHandler("getData", async (input) => {
    invocations.push(await input.value());
    return READING;
  });
  thing.setActionHandler("reset", async () => undefined);
  thing.setActionHandler("fail", async () => {
    throw new DeviceTimeoutError("wifi-1", 250);
  });
  thing.setActionHandler("hang", async () => {
    await gate.promise;
    return "late";
  });
  return { values, invocations, gate };
}

let sensors = 0;

/** Starts a Servient that exposes one sensor as `fog-wifi/wifi-1` below a prefix of its own. */
export async function startSensor(
  brokerUrl: string,
  { id, ...options }: Partial<MqttServerOptions> & { readonly id?: string } = {},
): Promise<TestSensor> {
  const topicPrefix = options.topicPrefix ?? `fogwot/factory-${process.pid}-${++sensors}`;
  const server = new MqttBindingServer({
    brokerUrl,
    topicPrefix,
    thingPath: () => "fog-wifi/wifi-1",
    ...options,
  });
  const servient = new Servient();
  servient.addServer(server);
  const wot = await servient.start();
  const init = sensorInit(id ?? `urn:fogwot:${topicPrefix}:wifi-1`, "Climate 1");
  const thing = await wot.produce(init);
  const controls = implementSensor(thing);
  await thing.expose();
  return {
    server,
    wot,
    thing,
    get td() {
      return thing.getThingDescription();
    },
    base: `${topicPrefix}/${options.thingPath?.(thing as never) ?? "fog-wifi/wifi-1"}`,
    ...controls,
    async stop() {
      controls.gate.resolve();
      await servient.shutdown();
    },
  };
}

export interface TestConsumer {
  readonly factory: MqttBindingClientFactory;
  readonly wot: typeof WoT;
  stop(): Promise<void>;
}

export async function startConsumer(timeoutMs = 5000): Promise<TestConsumer> {
  const factory = new MqttBindingClientFactory({ timeoutMs });
  const servient = new Servient();
  servient.addClientFactory(factory);
  const wot = await servient.start();
  return {
    factory,
    wot,
    async stop() {
      await servient.shutdown();
      await factory.stop();
    },
  };
}
