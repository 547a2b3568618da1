import type { ProtocolServer, Servient } from "@node-wot/core";
import {
  CoapBindingClientFactory,
  CoapBindingServer,
  type CoapServerOptions,
} from "../bindings/coap";
import {
  HttpBindingClientFactory,
  HttpBindingServer,
  type HttpServerOptions,
} from "../bindings/http";
import {
  MqttBindingClientFactory,
  MqttBindingServer,
  type MqttServerOptions,
} from "../bindings/mqtt";
import { withDiscovery } from "../discovery";
import { type Logger, silentLogger } from "../log";
import { BINDING_NAMES, type BindingName } from "./binding-name";
import { Consumer, type ScriptingApi, withConsumer } from "./consume";
import { LeanServient } from "./lean-servient";
import { stockClientFactories, stockCoapServer, stockHttpServer, stockMqttServer } from "./stock";

/** A binding's options; `stock: true` runs node-wot's own server instead, as a baseline. */
export type Choice<Options> = Options & { readonly stock?: boolean };

export interface ServientOptions {
  /** In log lines. */
  readonly name: string;
  readonly log?: Logger;
  /** Server role: a binding that is named serves every exposed Thing. */
  readonly http?: Choice<HttpServerOptions>;
  readonly coap?: Choice<CoapServerOptions>;
  readonly mqtt?: Choice<MqttServerOptions>;
  /** Client role. @default all three */
  readonly clients?: readonly BindingName[];
  /** node-wot's own clients instead of ours. @default false */
  readonly stockClients?: boolean;
  /** Client role: credentials of brokers, by `mqtt://host:port`; see `brokerLogins`. */
  readonly brokers?: Readonly<Record<string, { username: string; password: string }>>;
  /** How long a client waits for a Thing. @default 10 000 ms */
  readonly requestTimeoutMs?: number;
}

export interface RunningServient {
  /** The W3C Scripting API. */
  readonly wot: ScriptingApi;
  /** What its client role has under way. */
  readonly consumer: Consumer;
  readonly servient: Servient;
  readonly ports: { readonly http?: number; readonly coap?: number };
  /** What the server of each binding has counted since its start; node-wot's own count nothing. */
  readonly counters: ServerCounters;
  stop(): Promise<void>;
}

/** Among others `requests`, `errors` and `malformed`. */
export type ServerCounters = Readonly<
  Partial<Record<BindingName, Readonly<Record<string, number>>>>
>;

/**
 * Starts a Servient with the bindings that are named: server role, client role or both.
 *
 * @throws PortInUseError, InsecureBindError
 */
export async function startServient(options: ServientOptions): Promise<RunningServient> {
  const log = options.log ?? silentLogger;
  const servient = new LeanServient();
  const http = options.http && httpServer(options.http, log);
  const coap = options.coap && coapServer(options.coap, log);
  const mqtt = options.mqtt && mqttServer(options.mqtt, log);
  const servers = [http, coap, mqtt].filter((server): server is ProtocolServer => Boolean(server));
  for (const server of servers) servient.addServer(server);
  for (const factory of clientFactories(options, log)) servient.addClientFactory(factory);
  try {
    const consumer = new Consumer(servient, log);
    const wot = withDiscovery(await servient.start(), servient);
    return {
      // node-wot's own clients are measured with node-wot's own ConsumedThing.
      wot: options.stockClients ? (wot as unknown as ScriptingApi) : withConsumer(wot, consumer),
      consumer,
      servient,
      ports: {
        ...(http ? { http: http.getPort() } : {}),
        ...(coap ? { coap: coap.getPort() } : {}),
      },
      get counters() {
        return {
          ...countersOf("http", http),
          ...countersOf("coap", coap),
          ...countersOf("mqtt", mqtt),
        };
      },
      stop: () => servient.shutdown(),
    };
  } catch (error) {
    // One server that cannot start must not leave the others running.
    await Promise.allSettled(servers.map((server) => server.stop()));
    throw error;
  }
}

function countersOf(binding: BindingName, server: ProtocolServer | undefined): ServerCounters {
  const { counters } = (server ?? {}) as { counters?: Readonly<Record<string, number>> };
  return counters ? { [binding]: { ...counters } } : {};
}

function httpServer(options: Choice<HttpServerOptions>, log: Logger): ProtocolServer {
  return options.stock ? stockHttpServer(options) : new HttpBindingServer({ log, ...options });
}

function coapServer(options: Choice<CoapServerOptions>, log: Logger): ProtocolServer {
  return options.stock ? stockCoapServer(options) : new CoapBindingServer({ log, ...options });
}

function mqttServer(options: Choice<MqttServerOptions>, log: Logger): ProtocolServer {
  return options.stock ? stockMqttServer(options) : new MqttBindingServer({ log, ...options });
}

function clientFactories(options: ServientOptions, log: Logger) {
  const wanted = options.clients ?? BINDING_NAMES;
  if (options.stockClients) return stockClientFactories(wanted);
  const timeoutMs = options.requestTimeoutMs ?? 10_000;
  const make = {
    http: () => new HttpBindingClientFactory({ timeoutMs, log }),
    coap: () => new CoapBindingClientFactory({ timeoutMs, log }),
    mqtt: () =>
      new MqttBindingClientFactory({ timeoutMs, log, credentials: options.brokers ?? {} }),
  };
  return wanted.map((name) => make[name]());
}
