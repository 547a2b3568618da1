import * as fs from "node:fs";
import * as path from "node:path";
import { type AttachedSite, joinRuns } from "../../src/site-run/attach";
import { FACTORY, type Started, Workbench } from "../support/fogwot";

/** The whole factory, up for every suite of this folder: four nodes take their time to start. */
export class RunningFactory {
  readonly bench = new Workbench();
  #up: Started | undefined;

  /** @param burstIntervalMs of the links' burst model, unscaled, instead of the site's */
  async start(burstIntervalMs: number, ...args: string[]): Promise<void> {
    const { folder } = this.bench;
    // The commands find the site in the folder they are typed in.
    fs.cpSync(path.dirname(FACTORY), folder, { recursive: true });
    const emulation = path.join(folder, "emulation.yaml");
    const text = fs.readFileSync(emulation, "utf8");
    fs.writeFileSync(
      emulation,
      text.replace(/^intervalMs: .*$/m, `intervalMs: ${burstIntervalMs}`),
    );
    this.#up = this.bench.start("up", folder, "--port-base", "0", ...args);
    await this.#up.says("site factory is up");
  }

  async stop(): Promise<void> {
    this.#up?.child.kill("SIGTERM");
    await this.#up?.finished;
    await this.bench.close();
  }

  /** Address of a node's binding: "http://127.0.0.1:40001". */
  url(node: string, binding: "http" | "coap"): string {
    const found = this.bench.runInfo().nodes.find((one) => one.node === node);
    return `${binding}://127.0.0.1:${found?.ports[binding]}`;
  }

  /** As any command finds it. */
  get attached(): AttachedSite {
    return joinRuns(path.join(this.bench.folder, "site.yaml"), [this.bench.runInfo()]);
  }

  get serverUrl(): string {
    return `${this.bench.runInfo().server?.url}`;
  }

  get brokerUrl(): string {
    return `${this.bench.runInfo().server?.brokerUrl}`;
  }

  async get<T>(url: string): Promise<T> {
    return (await (await fetch(url)).json()) as T;
  }
}
