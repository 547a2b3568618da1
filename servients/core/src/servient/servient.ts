import type { ProtocolServer, Servient } from "@node-wot/core";
import { CoapBindingServer, type CoapServerOptions } from "../bindings/coap";
import { HttpBindingServer, type HttpServerOptions } from "../bindings/http";
import { MqttBindingServer, type MqttServerOptions } from "../bindings/mqtt";
import { withDiscovery } from "../discovery";
import { type Logger, silentLogger } from "../log";
import { type Access, withSecurity } from "../security";
import type { BindingName } from "./binding-name";
import { clientFactories } from "./client-factories";
import { Consumer, type ScriptingApi, withConsumer } from "./consume";
import { CredentialedServient, type ServientCredentials } from "./credentialed-servient";
import { documentFetchers } from "./document-fetchers";
import { stockCoapServer, stockHttpServer, stockMqttServer } from "./stock";

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
  /** Server role: who may do what. Every Thing that is produced says so in its description. */
  readonly access?: Access;
  /** Client role. @default all three */
  readonly clients?: readonly BindingName[];
  /** node-wot's own clients instead of ours. @default false */
  readonly stockClients?: boolean;
  /** Client role: certificates to trust, PEM, instead of those that Node comes with. */
  readonly tls?: { readonly ca?: string };
  /** Client role: what Things of a site are shown; see `Servient.addCredentials` for single Things. */
  readonly credentials?: ServientCredentials;
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
  readonly ports: {
    readonly http?: number;
    readonly coap?: number;
    /** Of coaps+tcp. */
    readonly coapSecure?: number;
  };
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
  const { access, credentials } = options;
  const servient = new CredentialedServient(credentials);
  const http = options.http && httpServer(withAccess(options.http, access), log);
  const coap = options.coap && coapServer(withAccess(options.coap, access), log);
  const mqtt = options.mqtt && mqttServer(withAccess(options.mqtt, access), log);
  const servers = [http, coap, mqtt].filter((server): server is ProtocolServer => Boolean(server));
  for (const server of servers) servient.addServer(server);
  for (const factory of clientFactories(options, log)) servient.addClientFactory(factory);
  try {
    const consumer = new Consumer(servient, log);
    const fetchers = documentFetchers(options);
    const wot = withDiscovery(withSecurity(await servient.start(), access), servient, { fetchers });
    return {
      // node-wot's own clients are measured with node-wot's own ConsumedThing.
      wot: options.stockClients ? (wot as unknown as ScriptingApi) : withConsumer(wot, consumer),
      consumer,
      servient,
      ports: {
        ...(http ? { http: http.getPort() } : {}),
        ...(coap ? { coap: coap.getPort(), ...securePortOf(coap) } : {}),
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

function withAccess<Options extends object>(options: Options, access: Access | undefined): Options {
  return access ? { access, ...options } : options;
}

function securePortOf(coap: ProtocolServer): { coapSecure?: number } {
  const port = coap instanceof CoapBindingServer ? coap.getSecurePort() : -1;
  return port >= 0 ? { coapSecure: port } : {};
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
