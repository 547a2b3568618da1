import { type Access, type ServientOptions, startServient } from "@fogwot/core";
import { instantiate } from "@fogwot/thing-descriptions";
import { serve } from "../../programs/serve";
import { benchAccess } from "./credentials";

/** The child process of one Servient under load. */
export interface ThingsConfig {
  /** Our bindings, or node-wot's own. */
  readonly implementation: "own" | "stock";
  /** One Thing with a number and an action that echoes, or Device Things as the factory has them. */
  readonly things: "simple" | { readonly devices: number; readonly prefix: string };
  readonly bindings: readonly ("http" | "coap")[];
  /** Over MQTT too. */
  readonly brokerUrl?: string;
  /** QoS of MQTT requests. @default the binding's own */
  readonly requestQos?: 0 | 1;
  /** Requests need a token, by the rules of a site. */
  readonly authenticates?: boolean;
}

export interface ThingsReport {
  /** Of the first Thing. */
  readonly td: object;
  /** From the start of the process to the last Thing exposed. */
  readonly startMs: number;
  /** The part of it from the first Thing produced on. */
  readonly exposeMs: number;
  /** The header to send, where credentials are asked for. */
  readonly authorization: string | undefined;
  /** Where a property of each Thing is read. */
  readonly urls: Readonly<Record<"http" | "coap", readonly string[]>>;
  readonly mqtt: readonly { readonly request: string; readonly response: string }[];
}

type Wot = Awaited<ReturnType<typeof startServient>>["wot"];
type ExposedThing = Awaited<ReturnType<Wot["produce"]>>;

const TEMPERATURE = 21.5;

serve<ThingsConfig, ThingsReport>("bench-things", async (config) => {
  const credentials = config.authenticates ? await benchAccess() : undefined;
  const servient = await startServient(options(config, credentials?.access));
  const { things } = config;
  const inits = things === "simple" ? [simpleThing()] : deviceThings(things);
  const beginMs = performance.now();
  // All at once, as a Servient that starts does: each waits for the broker by itself.
  const [first] = await Promise.all(inits.map((init) => expose(servient.wot, init)));
  const startMs = performance.now();
  const td = (first?.getThingDescription() ?? {}) as unknown as TemperatureThing;
  // They differ in their number only; a thousand descriptions would show in the memory measured.
  const each = (text: string): string[] =>
    inits.map((_, n) =>
      things === "simple" ? text : text.replace(`${things.prefix}-0`, `${things.prefix}-${n}`),
    );
  const [topics] = topicsOf(td);
  const responses = each(topics?.response ?? "");
  return {
    report: {
      td,
      startMs,
      exposeMs: startMs - beginMs,
      authorization: credentials?.authorization,
      urls: { http: urlOf(td, "http").flatMap(each), coap: urlOf(td, "coap").flatMap(each) },
      mqtt: each(topics?.request ?? "").map((request, n) => ({
        request,
        response: responses[n] ?? "",
      })),
    },
    stop: () => servient.stop(),
  };
});

function options(
  { implementation, bindings, brokerUrl, requestQos }: ThingsConfig,
  access: Access | undefined,
): ServientOptions {
  const stock = implementation === "stock";
  return {
    name: `bench-${implementation}`,
    clients: [],
    ...(access ? { access } : {}),
    ...(bindings.includes("http") ? { http: { port: 0, stock } } : {}),
    ...(bindings.includes("coap") ? { coap: { port: 0, stock } } : {}),
    ...(brokerUrl === undefined
      ? {}
      : {
          mqtt: {
            ...{ brokerUrl, topicPrefix: "fogwot/bench", stock },
            ...(requestQos === undefined ? {} : { requestQos }),
          },
        }),
  };
}

async function expose(wot: Wot, init: Init): Promise<ExposedThing> {
  const thing = await wot.produce(init as never);
  for (const [name, schema] of Object.entries(init.properties)) {
    const value = sampleOf(name, schema);
    thing.setPropertyReadHandler(name, async () => value as never);
  }
  for (const name of Object.keys(init.actions ?? {})) {
    thing.setActionHandler(name, async (input) => (await input?.value()) as never);
  }
  await thing.expose();
  return thing;
}

interface Init {
  readonly title: string;
  readonly id: string;
  readonly properties: Readonly<Record<string, { type?: string; enum?: readonly unknown[] }>>;
  readonly actions?: object;
}

function simpleThing(): Init {
  const init = {
    title: "bench",
    id: "urn:fogwot:bench",
    securityDefinitions: { nosec_sc: { scheme: "nosec" } },
    security: ["nosec_sc"],
    properties: { temperature: { type: "number", readOnly: true } },
    actions: { echo: { input: { type: "number" }, output: { type: "number" } } },
  };
  return init;
}

/** As many Things of one model; they differ in what a site's Things differ in. */
function deviceThings({ devices, prefix }: { devices: number; prefix: string }): Init[] {
  const values = { site: "bench", node: "fog", wsn: "wifi" };
  const model = instantiate("climate-dht11", { ...values, id: "device", title: "device" });
  return Array.from({ length: devices }, (_, n) => ({
    ...structuredClone(model as unknown as Init),
    id: `urn:fogwot:bench:${prefix}-${n}`,
    title: `${prefix} ${n}`,
  }));
}

function sampleOf(
  name: string,
  { type, enum: values }: { type?: string; enum?: readonly unknown[] },
) {
  if (values) return values[0];
  if (name === "lastSeen") return "2026-05-01T12:00:00Z";
  if (type === "string") return name;
  return type === "number" || type === "integer" ? TEMPERATURE : null;
}

interface TemperatureThing {
  readonly base?: string;
  readonly properties: {
    readonly temperature: { readonly forms: readonly Readonly<Record<string, string>>[] };
  };
}

function urlOf({ base, properties }: TemperatureThing, scheme: string): string[] {
  const hrefs = properties.temperature.forms.map(({ href = "" }) => new URL(href, base).href);
  return hrefs.filter((href) => href.startsWith(`${scheme}:`)).slice(0, 1);
}

function topicsOf({ properties }: TemperatureThing): ThingsReport["mqtt"] {
  return properties.temperature.forms.flatMap((form) => {
    const { "fog:requestTopic": request, "fog:responseTopic": response } = form;
    return request !== undefined && response !== undefined ? [{ request, response }] : [];
  });
}
