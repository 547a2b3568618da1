import {
  type BindingName,
  createRng,
  type Program,
  type RunningServient,
  type ServiceAccount,
  type ServientOptions,
  startServient,
} from "@fogwot/core";
import type { ThingDescription } from "../things/wot-types";

import { exposeEchoThing } from "./echo-thing";
import type { ThingIdentity } from "./exposed-thing";
import { preciseNow } from "./precise-now";
import { secureOptions } from "./secure-servient";
import { exposeWotpyThing } from "./wotpy-thing";

/** The child process that serves benchmark Things, one Servient for each setting. */
export interface BenchmarkConfig {
  readonly model: "wotpy" | "echo";
  readonly implementation: "own" | "stock";
  readonly site: string;
  readonly host: string;
  /** Allows an address beyond loopback: of a network leg that nobody else reaches. */
  readonly insecure: boolean;
  readonly bindings: readonly BindingName[];
  readonly broker?: {
    readonly url: string;
    readonly username?: string;
    readonly password?: string;
  };
  /** By the name that its Thing is reported under. */
  readonly servients: Readonly<Record<string, BenchmarkServient>>;
  readonly seed: number;
}

/** One Servient with a benchmark Thing. */
export interface BenchmarkServient {
  /** Null: the binding's default. */
  readonly qos: 0 | 1 | 2 | null;
  /** Serves this binding alone, over TLS. */
  readonly secure?: SecureSettings;
}

export type SecureSettings =
  | {
      readonly binding: "http" | "coap";
      readonly certificate: string;
      readonly key: string;
      /** Of CoAP over TLS. */
      readonly account: ServiceAccount;
    }
  | {
      readonly binding: "mqtt";
      /** `mqtts:` */
      readonly brokerUrl: string;
      /** The certificate that the broker's leads to, PEM. */
      readonly ca: string;
    };

export interface BenchmarkReport {
  /** Thing Descriptions by the names of `servients`. */
  readonly things: Readonly<Record<string, ThingDescription>>;
}

/** node-wot's servers reject or hang when they are stopped with connections open. */
const STOP_LIMIT_MS = 500;

export const benchmarkProgram: Program<BenchmarkConfig, BenchmarkReport> = {
  async start(config, { clock, signal }) {
    const running: RunningServient[] = [];
    const stop = async (): Promise<void> => {
      const stopped = Promise.allSettled(running.map((servient) => servient.stop()));
      await Promise.race([stopped, clock.sleep(STOP_LIMIT_MS)]);
    };
    try {
      const things: Record<string, ThingDescription> = {};
      for (const [name, wanted] of Object.entries(config.servients)) {
        const servient = await startServient(servientOptions(config, name, wanted));
        running.push(servient);
        const identity = identityOf(config, name);
        const context = {
          clock,
          signal,
          preciseNow,
          rng: createRng(config.seed, "benchmark", name),
        };
        const thing =
          config.model === "echo"
            ? await exposeEchoThing(servient.wot, identity)
            : await exposeWotpyThing(servient.wot, identity, context);
        things[name] = thing.getThingDescription() as ThingDescription;
      }
      return { report: { things }, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};

/** No space in the title: node-wot makes its topics of it, and subscribes to what nobody publishes. */
function identityOf({ site, model }: BenchmarkConfig, name: string): ThingIdentity {
  return { site, node: "benchmark", id: `${model}-${name}`, title: `${model}-benchmark-${name}` };
}

function servientOptions(
  config: BenchmarkConfig,
  name: string,
  { qos, secure }: BenchmarkServient,
): ServientOptions {
  if (secure) return secureOptions(config, name, secure);
  const { host, insecure, bindings, broker, site, implementation } = config;
  const stock = implementation === "stock";
  const listening = { host, insecure, port: 0, stock };
  return {
    name: `benchmark-${name}`,
    clients: [],
    ...(bindings.includes("http") ? { http: listening } : {}),
    ...(bindings.includes("coap") ? { coap: listening } : {}),
    ...(bindings.includes("mqtt") && broker
      ? {
          mqtt: {
            brokerUrl: broker.url,
            ...(broker.username === undefined ? {} : { username: broker.username }),
            ...(broker.password === undefined ? {} : { password: broker.password }),
            topicPrefix: `fogwot/${site}`,
            name: `benchmark-${name}`,
            stock,
            ...(qos === null ? {} : { qos, requestQos: qos }),
          },
        }
      : {}),
  };
}
