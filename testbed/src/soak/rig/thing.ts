import { type ServerCounters, startServient, systemClock } from "@fogwot/core";
import { serve } from "../../programs/serve";

/** A Servient with one Thing, over all three bindings, in a process of its own. */
export interface ThingConfig {
  readonly brokerUrl: string;
  /** Event streams, polls and observers that HTTP, and that CoAP, let in. @default the servers' own */
  readonly maxSubscribers?: number;
  /** TCP connections that HTTP lets in. @default the server's own */
  readonly maxConnections?: number;
}

export interface ThingReport {
  readonly td: object;
}

/** What the process is asked for. */
export type ThingOrder =
  | { readonly order: "counters" }
  /** Ends the Thing and exposes it anew. */
  | { readonly order: "renew" }
  /** Emits `tick` events numbered 1 … count, with a pause after each; 0: all in one burst. */
  | {
      readonly order: "emit";
      readonly run: number;
      readonly count: number;
      readonly gapMs: number;
    };

/** Payload of a `tick`. */
export interface Tick {
  /** Told by who had it emitted: what another binding still has on its way is not taken for it. */
  readonly run: number;
  readonly n: number;
}

const PATH = "soak/thing";

serve<ThingConfig, ThingReport>("soak-thing", async (config) => {
  const { brokerUrl, maxSubscribers, maxConnections } = config;
  const limit = maxSubscribers === undefined ? {} : { maxSubscribers };
  const common = { port: 0, thingPath: () => PATH, ...limit };
  const servient = await startServient({
    name: "soak-thing",
    clients: [],
    http: { ...common, ...(maxConnections === undefined ? {} : { maxConnections }) },
    coap: common,
    mqtt: { brokerUrl, topicPrefix: "fogwot", thingPath: () => PATH, qos: 1 },
  });
  let thing = await expose(servient.wot);
  const emit = async (run: number, count: number, gapMs: number): Promise<void> => {
    for (let n = 1; n <= count; n++) {
      thing.emitEvent("tick", { run, n });
      if (gapMs > 0) await systemClock.sleep(gapMs);
    }
  };
  return {
    report: { td: thing.getThingDescription() },
    stop: () => servient.stop(),
    onMessage: async (message): Promise<ServerCounters | undefined> => {
      const order = message as ThingOrder;
      if (order.order === "emit") await emit(order.run, order.count, order.gapMs);
      if (order.order === "renew") {
        await thing.destroy();
        thing = await expose(servient.wot);
      }
      return servient.counters;
    },
  };
});

type Wot = Awaited<ReturnType<typeof startServient>>["wot"];

async function expose(wot: Wot) {
  const thing = await wot.produce(structuredClone(THING) as never);
  const state: Record<string, unknown> = {
    level: 21.5,
    mode: "auto",
    // As Device Things have them: what is sent to those can be sent here.
    samplingInterval: { type: "integer", minimum: 0 },
    setpoint: { low: 1, high: 2 },
  };
  for (const name of Object.keys(THING.properties)) {
    thing.setPropertyReadHandler(name, async () => state[name] as never);
    thing.setPropertyWriteHandler(name, async (input) => {
      state[name] = await input.value();
    });
  }
  thing.setActionHandler("getData", async () => state.level as never);
  thing.setActionHandler("echo", async (input) => (await input.value()) as never);
  await thing.expose();
  return thing;
}

/** A bit of everything that a binding has to tell apart. */
const THING = {
  title: "soak",
  id: "urn:fogwot:soak:thing",
  securityDefinitions: { nosec_sc: { scheme: "nosec" } },
  security: ["nosec_sc"],
  properties: {
    level: {
      type: "number",
      minimum: -1_000,
      maximum: 1_000,
      observable: true,
      uriVariables: { unit: { type: "string", enum: ["celsius", "kelvin"] } },
    },
    mode: { type: "string", enum: ["auto", "manual"], observable: true },
    // As Device Things have them: what is sent to those can be sent here.
    samplingInterval: { type: "integer", minimum: 0 },
    setpoint: {
      type: "object",
      properties: { low: { type: "integer" }, high: { type: "integer" } },
      required: ["low", "high"],
    },
  },
  actions: {
    getData: {
      input: {
        type: "object",
        properties: { timeoutMs: { type: "integer", minimum: 1, maximum: 60_000 } },
      },
      output: { type: "number" },
    },
    echo: {
      input: { type: "object", properties: { text: { type: "string", maxLength: 1_000 } } },
      output: { type: "object" },
    },
  },
  events: { tick: { data: { type: "object", properties: { n: { type: "integer" } } } } },
};
