import * as fs from "node:fs";
import * as path from "node:path";
import {
  brokerLogins,
  type Clock,
  InputError,
  type Logger,
  NotFoundError,
  type Site,
} from "@fogwot/core";
import { readScript } from "../script/load-script";
import { joinRuns } from "../site-run/attach";
import type { RunInfo } from "../site-run/run-info";
import { operatorClient, operatorRegistration } from "../site-run/site-client";
import { fetchThings } from "../things/thing-descriptions";
import { type MashupStatus, RunningMashup } from "./running-mashup";

/** Body of `POST /mashups`. */
export interface MashupOrder {
  /** @default the file's name without its ending */
  readonly name?: string;
  /** Absolute. */
  readonly script: string;
  readonly args?: readonly string[];
  /** How long one interaction may take, ms. @default 10,000 */
  readonly requestTimeoutMs?: number;
}

type Kept = Required<MashupOrder>;

export interface RunningMashupsOptions {
  readonly site: Site;
  readonly siteFile: string;
  readonly info: () => RunInfo;
  /** The site's state folder: what is to run stands there, and the logs are below it. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const REQUEST_TIMEOUT_MS = 10_000;

/**
 * The authors' scripts that run beside a site's server: children of `up`, restarted when they fail,
 * ended with it, and started again by the next `up` unless they were stopped.
 */
export class RunningMashups {
  readonly #options: RunningMashupsOptions;
  readonly #mashups = new Map<string, RunningMashup>();
  readonly #kept = new Map<string, Kept>();

  constructor(options: RunningMashupsOptions) {
    this.#options = options;
  }

  list(): MashupStatus[] {
    return [...this.#mashups.values()].map((mashup) => mashup.status);
  }

  /** Starts those that ran when the site was last up; one that cannot be started is logged. */
  async startKept(): Promise<void> {
    for (const kept of this.#read()) {
      try {
        await this.start(kept);
      } catch (error) {
        this.#options.log.warn(
          { err: error, mashup: kept.name },
          "a mash-up was not started again",
        );
      }
    }
  }

  /** @throws InputError, ConfigError when the script cannot be read */
  async start(order: MashupOrder): Promise<MashupStatus> {
    const kept = complete(order);
    const { name, script, args } = kept;
    const { state } = this.#mashups.get(name)?.status ?? { state: "stopped" };
    if (state === "running" || state === "restarting") {
      const wanted = "a name that no running mash-up has; stop it first, or give --name";
      throw new InputError({ path: "/name", got: name, wanted });
    }
    const { directory, info, clock, log } = this.#options;
    const folder = path.join(directory, "logs");
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const mashup = new RunningMashup({
      ...{ name, script, args, clock, log },
      logFile: path.join(folder, `mashup-${name}.log`),
      config: () => this.#scriptConfig(kept),
      env: { FOGWOT_RUN: info().runId },
    });
    this.#mashups.set(name, mashup);
    await mashup.start();
    this.#kept.set(name, kept);
    this.#write();
    return mashup.status;
  }

  /** For good: the next `up` does not start it. @throws NotFoundError */
  async stop(name: string): Promise<MashupStatus> {
    const mashup = this.#mashups.get(name);
    if (!mashup) throw new NotFoundError(`mash-up ${name}`);
    await mashup.stop();
    this.#kept.delete(name);
    this.#write();
    return mashup.status;
  }

  /** With the site: they are started again with it. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#mashups.values()].map((mashup) => mashup.stop()));
  }

  async #scriptConfig({ requestTimeoutMs }: Kept) {
    const { site, siteFile, info } = this.#options;
    const run = info();
    const directory = run.server?.directoryUrl;
    return {
      requestTimeoutMs,
      // What it exposes is served on free ports: several run beside each other.
      ports: { http: 0, coap: 0 },
      things: await fetchThings(joinRuns(siteFile, [run])),
      brokers: brokerLogins(site),
      operator: operatorClient(site, run.token),
      directory: directory === undefined ? null : operatorRegistration(site, directory, run.token),
      introductions: directory === undefined ? [] : [directory],
    };
  }

  get #file(): string {
    return path.join(this.#options.directory, "mashups.json");
  }

  #read(): Kept[] {
    if (!fs.existsSync(this.#file)) return [];
    return (JSON.parse(fs.readFileSync(this.#file, "utf8")) as MashupOrder[]).map(complete);
  }

  #write(): void {
    const text = JSON.stringify([...this.#kept.values()], null, 2);
    fs.writeFileSync(`${this.#file}.new`, text, { mode: 0o600 });
    fs.renameSync(`${this.#file}.new`, this.#file);
  }
}

/** @throws InputError, ConfigError */
function complete(order: MashupOrder): Kept {
  const { script, args = [], requestTimeoutMs = REQUEST_TIMEOUT_MS } = order;
  if (typeof script !== "string" || !path.isAbsolute(script)) {
    throw new InputError({ path: "/script", got: script, wanted: "the absolute path of a script" });
  }
  const { name = path.parse(script).name } = order;
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw new InputError({ path: "/name", got: name, wanted: "letters, digits, . _ -" });
  }
  readScript(script);
  return { name, script, args, requestTimeoutMs };
}
