import fs from "node:fs";
import path from "node:path";
import {
  announce,
  apiKeyHeaders,
  type Clock,
  ConfigError,
  DIRECTORY_NAME,
  HttpGuard,
  type Logger,
  type OpenedAccess,
  openAccess,
  type ProgramContext,
  type RunningProgram,
  SERVER_NAME,
  type SiteSecurity,
  securityOver,
  siteCertificate,
} from "@fogwot/core";
import type { FastifyInstance, FastifyReply } from "fastify";
import { addDirectoryRoutes, Directory } from "../directory";
import type { Store } from "../store";
import type { ServerConfig, ServerReport } from "./config";
import { EventLog } from "./event-log";
import { bearerAuthorization } from "./http/bearer";
import { allowOrigins } from "./http/cors";
import { createHttpApp } from "./http/http-app";
import { parseJson } from "./http/json-body";
import { listen } from "./http/listen";
import { addOtherMethods } from "./http/other-methods";
import { protectByRules, protectByToken } from "./http/protection";
import { defaultParts, type ServerParts } from "./parts";
import { startServerTier } from "./processors";
import { addControlRoutes } from "./routes/control";
import { addExportRoutes } from "./routes/exports";
import { addStatusRoutes } from "./routes/status";
import { RowSink } from "./row-sink";
import { createRunId } from "./run-id";
import { SensingMashup } from "./sensing-mashup";
import { StopStack } from "./stop-stack";

/** Least time the WoT client waits for a Thing, ms; the mash-up gives up on its own before. */
const minClientTimeoutMs = 10_000;

/**
 * Starts a site's processing server: broker, store, directory, sensing mash-up and HTTP API.
 *
 * @throws PortInUseError, InsecureBindError, ConfigError, PolicyNotFoundError, and the store's errors;
 *   nothing is left running then
 */
export async function startProcessingServer(
  config: ServerConfig,
  context: Pick<ProgramContext, "clock" | "log">,
  parts: ServerParts = defaultParts,
): Promise<RunningProgram<ServerReport>> {
  const { clock, log } = context;
  const stack = new StopStack({ clock, log });
  try {
    const report = await assemble(config, { clock, log, parts, stack });
    return { report, stop: () => stack.stop() };
  } catch (thrown) {
    await stack.stop();
    throw thrown;
  }
}

interface Assembly {
  readonly clock: Clock;
  readonly log: Logger;
  readonly parts: ServerParts;
  readonly stack: StopStack;
}

async function assemble(config: ServerConfig, assembly: Assembly): Promise<ServerReport> {
  const { clock, log, parts, stack } = assembly;
  const { site, timeScale = 1 } = config;
  checkToken(config.token);
  const folder = makeFolder(path.resolve(config.stateDirectory));

  // First, because its lock keeps a second server off everything else in the folder.
  const store = await parts.openStore({ site, folder, clock, log });
  stack.push("store", () => store.close(), 1_500);
  const temporaryDirectory = path.join(folder, "tmp");
  fs.rmSync(temporaryDirectory, { recursive: true, force: true });
  makeFolder(temporaryDirectory);

  const opened = site.security && openSiteAccess(config, site.security, assembly);
  const access = opened?.access;
  stack.push("access", async () => opened?.close(), 100);
  const mqttPort = config.ports?.mqtt ?? site.broker.port;
  const { services } = config;
  const broker = await parts.startBroker({ site, port: mqttPort, log, access, services });
  stack.push("broker", () => broker?.stop(), 500);

  const maxTimeoutMs = Math.max(minClientTimeoutMs, site.mashup.timeoutMs);
  const consumer = await parts.startConsumer({ site, timeoutMs: maxTimeoutMs, log, services });
  stack.push("consumer", () => consumer.stop(), 500);

  const directoryFile = path.join(folder, "directory.jsonl");
  const directory = new Directory({ file: directoryFile, clock, log });
  await directory.start();
  stack.push("directory", () => directory.stop(), 500);
  // Closed before the rest: its rows are what must be saved in the time a stop may take.
  stack.push("store", () => store.close(), 1_500);
  const run = await unusedRun(store, config.run ?? createRunId(clock.now()));
  const events = new EventLog({ store, run, clock, log });
  const sink = new RowSink({ store, events, log });
  const { wot } = consumer;
  const mashup = new SensingMashup({
    ...{ site, run, timeScale, wot, directory, sink, events, clock, log },
    policyHooks: config.policyHooks,
  });
  // Its policy's thread, should the rest not start.
  stack.push("policy", () => mashup.stop(), 500);
  await mashup.load();

  const tls = siteCertificate(site);
  const app = createHttpApp({ log, ...(tls ? { tls } : {}) });
  const origins = site.server.cors ?? site.cors;
  if (origins !== undefined) allowOrigins(app, { origins }, apiKeyHeaders(access));
  const guard = access && new HttpGuard(access, origins === "*" ? [] : origins);
  // Answers differ by who asks.
  if (guard) app.addHook("onSend", notForOthers);
  const protect = guard ? protectByRules(guard, site.site) : protectByToken(config.token);
  const id = `urn:fogwot:${site.site}:${DIRECTORY_NAME}`;
  // Known once the app listens; nobody asks before.
  let url = "";
  addDirectoryRoutes(app, {
    ...{ directory, authorize: bearerAuthorization(config.token), parseJson, clock, log },
    ...(guard && access ? { access: { guard, security: securityOver(access, id, "http") } } : {}),
    id,
    title: `Directory of ${site.site}`,
    baseUrl: () => url,
  });
  addControlRoutes(app, { mashup, protect, maxTimeoutMs });
  addExportRoutes(app, { store, protect, site: site.site, run, temporaryDirectory });
  const brokerUrl = broker?.url ?? null;
  addStatusRoutes(app, { site: site.site, protect, mashup, directory, store, sink, brokerUrl });
  addOtherMethods(app);
  url = await listenAt(config, app);
  stack.push("http", () => app.close(), 500);
  const directoryUrl = `${url}/things`;
  const tier = await startServerTier({
    ...{ site, wot, directory, directoryUrl, brokerUrl, access, services, clock, log },
    folder: path.join(folder, "processors", SERVER_NAME),
    port: config.ports?.thing,
  });
  if (tier) stack.push("processors", () => tier.stop(), 2_000);
  if (site.dnsSd) {
    const directoryTd = { name: `Directory of ${site.site}`, url: `${url}/.well-known/wot` };
    const announcer = announce([{ ...directoryTd, type: "Directory" }], { ...site.dnsSd, log });
    stack.push("dns-sd", () => announcer.stop(), 500);
  }

  events.record("run-started", { site: site.site, seed: site.mashup.seed, timeScale });
  stack.push("mashup", () => mashup.stop(), 1_000);
  mashup.start();
  return { url, directoryUrl, brokerUrl, ...(tier ? { things: [tier.thing] } : {}) };
}

async function notForOthers(_request: unknown, reply: FastifyReply): Promise<void> {
  if (!reply.hasHeader("cache-control")) reply.header("cache-control", "private, no-cache");
}

/** @throws ConfigError when the site's secrets cannot be read */
function openSiteAccess(
  { site, services }: ServerConfig,
  security: SiteSecurity,
  { clock, log }: Assembly,
): OpenedAccess {
  const accounts = services?.accounts ?? [];
  return openAccess({ site: { ...site, security }, services: accounts, clock, log });
}

/** A named run that the store has rows of already goes on under a name of its own. */
async function unusedRun(store: Store, wanted: string): Promise<string> {
  let run = wanted;
  for (let n = 2; (await store.statistics({ run })).requests > 0; n++) run = `${wanted}-${n}`;
  return run;
}

function checkToken(token: string): void {
  if (typeof token === "string" && /^[\w.~+/-]{8,}=*$/.test(token)) return;
  const got = typeof token === "string" ? `${token.length} characters` : typeof token;
  const wanted = "8 or more letters, digits, or -._~+/";
  throw new ConfigError("processing server", [{ path: "/token", got, wanted }]);
}

/** A folder that only its owner reads. */
function makeFolder(folder: string): string {
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch (cause) {
    const wanted = "a folder that can be written";
    throw new ConfigError("processing server", [{ path: "/stateDirectory", got: folder, wanted }], {
      cause,
    });
  }
}

async function listenAt({ site, ports }: ServerConfig, app: FastifyInstance): Promise<string> {
  const { host, httpPort, insecure } = site.server;
  const isSecured = site.security?.tls ?? false;
  const what = "processing server";
  const port = await listen(app, {
    what,
    host,
    port: ports?.http ?? httpPort,
    insecure,
    isSecured,
  });
  const local = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `${isSecured ? "https" : "http"}://${local.includes(":") ? `[${local}]` : local}:${port}`;
}
