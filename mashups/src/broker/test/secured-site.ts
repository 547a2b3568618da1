import {
  createAccess,
  hashPassword,
  MqttBindingServer,
  makeAuthority,
  makeServerCertificate,
  makeTokenKeys,
  mintToken,
  SECURITY_SCHEMA,
  type SiteAccess,
  type SiteSecurity,
  serviceAccount,
  serviceCredentials,
  siteTopics,
  systemClock,
  tokenVerifier,
  VirtualClock,
  validateConfig,
} from "@fogwot/core";
import { Servient } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { type BrokerOptions, type RunningBroker, startBroker } from "..";

export const PASSWORD = "s3cret-password";
const SITE = "plant";
const NODE = "node-1";
const SCOPES = { reader: "read", operator: "operate", admin: "admin", stranger: "other" } as const;
export type UserName = keyof typeof SCOPES;

/** A site whose broker asks for credentials, with one Thing on it. */
export interface SecuredSite {
  readonly broker: RunningBroker;
  readonly access: SiteAccess;
  /** Of the access rules: rates, and how long tokens hold. */
  readonly clock: VirtualClock;
  readonly ca: string;
  /** Topic of the Thing. */
  readonly base: string;
  readonly thing: WoT.ExposedThing;
  readonly td: WoT.ThingDescription;
  /** What was written, and which actions were invoked. */
  readonly done: string[];
  readonly node: { readonly username: string; readonly password: string };
  token(name: string, scope: string, lifetimeMs?: number): Promise<string>;
  stop(): Promise<void>;
}

const VALVE = {
  title: "Valve",
  id: `urn:fogwot:${SITE}:valve`,
  properties: {
    level: { type: "integer", observable: true },
    serial: { type: "string", readOnly: true },
  },
  actions: {
    open: { input: { type: "integer" }, output: { type: "string" }, synchronous: true },
    drill: { output: { type: "string" }, synchronous: false },
  },
  events: { leak: { data: { type: "integer" } } },
} as const;

/** @param security what a site file would say otherwise */
export async function startSecuredSite(
  security: Partial<SiteSecurity> = {},
  options: Partial<BrokerOptions> = {},
): Promise<SecuredSite> {
  const node = serviceCredentials("root", "", NODE);
  const clock = new VirtualClock(systemClock.now());
  const { access, token } = await accessOf(security, node, clock);
  const authority = await makeAuthority(SITE, systemClock);
  const made = await makeServerCertificate({ authority, hosts: ["127.0.0.1"], clock: systemClock });
  const broker = await startBroker({
    port: 0,
    tls: { key: made.key, cert: made.certificate },
    security: { access, topics: siteTopics(SITE) },
    ...options,
  });
  const login = { username: node.name, password: node.secret };
  const done: string[] = [];
  const server = new MqttBindingServer({
    brokerUrl: broker.url,
    topicPrefix: `fogwot/${SITE}`,
    name: NODE,
    thingPath: () => `${NODE}/valve`,
    tls: { ca: authority.certificate },
    access,
    ...login,
  });
  const servient = new Servient();
  servient.addServer(server);
  const wot = await servient.start();
  const thing = await wot.produce(structuredClone(VALVE) as never);
  thing.setPropertyReadHandler("level", async () => 7);
  thing.setPropertyReadHandler("serial", async () => "SN-1");
  thing.setPropertyWriteHandler("level", async () => void done.push("level"));
  thing.setActionHandler("open", async () => {
    done.push("open");
    return "opened";
  });
  thing.setActionHandler("drill", async () => {
    done.push("drill");
    return "drilled";
  });
  await thing.expose();
  return {
    ...{ broker, access, clock, token, thing, done, node: login, ca: authority.certificate },
    base: `fogwot/${SITE}/${NODE}/valve`,
    td: thing.getThingDescription(),
    async stop() {
      await servient.shutdown();
      await broker.stop();
      access.close();
    },
  };
}

async function accessOf(
  changes: Partial<SiteSecurity>,
  node: ReturnType<typeof serviceCredentials>,
  clock: VirtualClock,
) {
  const keys = await makeTokenKeys();
  const [key = {}] = keys.secret.keys;
  const passwordHash = await hashPassword(PASSWORD, { iterations: 100 });
  const limits = { requestsPerSecond: 10_000, burst: 10_000, failedLoginsPerMinute: 1_000 };
  const access = createAccess({
    security: { ...validateConfig<SiteSecurity>({}, SECURITY_SCHEMA, "test"), limits, ...changes },
    users: {
      users: Object.entries(SCOPES).map(([name, scope]) => ({
        ...{ name, passwordHash, scopes: [scope] },
      })),
      revoked: {},
    },
    verifyToken: tokenVerifier(SITE, keys.open, clock),
    services: [serviceAccount(node, "node")],
    clock,
  });
  const token = (name: string, scope: string, lifetimeMs = 60_000) =>
    mintToken({ site: SITE, name, scopes: [scope], lifetimeMs, key, clock });
  return { access, token };
}
