import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ServerCounters } from "@fogwot/core";
import { Processes, type Started } from "../../programs/processes";
import { startBrokerProcess } from "../../programs/start-broker";
import { GENEROUS_MS } from "../site/until";
import type { MemorySeries } from "../verdict/memory-series";
import { reportingTo } from "../verdict/reporting";
import type { BystanderConfig, BystanderFigures, BystanderOrder } from "./bystander";
import type { ThingConfig, ThingOrder, ThingReport } from "./thing";

/** Name of the Servient's process. */
export const THING = "Servient";
export const BROKER = "broker";
const BYSTANDER = "bystander";

const ORDER_LIMIT_MS = 10 * 60_000;

/** A Servient with one Thing, a broker and whoever uses them, each in a process of its own. */
export class Rig implements AsyncDisposable {
  readonly processes: Processes;
  readonly td: object;
  readonly brokerUrl: string;
  readonly #folder: string;
  #bystander: Promise<unknown> | undefined;

  private constructor(processes: Processes, folder: string, brokerUrl: string, td: object) {
    this.processes = processes;
    this.#folder = folder;
    this.brokerUrl = brokerUrl;
    this.td = td;
  }

  static async start(
    signal: AbortSignal,
    config: Omit<ThingConfig, "brokerUrl"> = {},
  ): Promise<Rig> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-soak-"));
    const processes = new Processes(signal, { env: reportingTo(folder) });
    try {
      const brokerUrl = await startBrokerProcess(processes, BROKER);
      const thing = await processes.start<ThingConfig, ThingReport>(THING, programOf("thing"), {
        ...config,
        brokerUrl,
      });
      return new Rig(processes, folder, brokerUrl, thing.report.td);
    } catch (error) {
      await processes.stop();
      fs.rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Starts one more program. @param source its source file */
  start<C, R>(name: string, source: string, config: C): Promise<Started<R>> {
    return this.processes.start(name, source, config);
  }

  /** @returns what the Servient's bindings have counted once the order is carried out */
  order(order: ThingOrder): Promise<ServerCounters> {
    return this.processes.ask(THING, order, ORDER_LIMIT_MS);
  }

  /** Asks a client that reads over every binding all the while, from the first time it is asked on. */
  async bystander(order: BystanderOrder): Promise<BystanderFigures> {
    this.#bystander ??= this.start<BystanderConfig, null>(BYSTANDER, programOf("bystander"), {
      td: this.td,
    });
    await this.#bystander;
    return this.processes.ask(BYSTANDER, order, GENEROUS_MS);
  }

  /** Makes a process collect its garbage, and adds what it still holds. */
  async sample(series: MemorySeries, name: string): Promise<void> {
    await series.sample(this.processes.pidOf(name), this.#folder);
  }

  async stop(): Promise<void> {
    await this.processes.stop();
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function programOf(name: string): string {
  return path.join(__dirname, `${name}${path.extname(__filename)}`);
}
