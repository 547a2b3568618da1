import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type RunningProgram, silentLogger, systemClock } from "@fogwot/core";
import { sampleTd } from "../../directory/test/sample-td";
import type { ServerConfig, ServerReport } from "../config";
import { defaultParts } from "../parts";
import { startProcessingServer } from "../processing-server";
import { type FakeThings, fakeConsumer } from "./fake-consumer";
import { type Answer, type Call, callUrl } from "./http-client";
import { sampleSite } from "./sample-site";

export const token = "token-of-the-site";

/** What tests look at of `GET /api/status`. */
export interface Status {
  readonly slots: number;
  readonly policy: string;
  readonly run: string;
  readonly [member: string]: unknown;
}

export interface ServerUnderTest {
  readonly server: RunningProgram<ServerReport>;
  get(path: string): Promise<Answer>;
  /** With the token. */
  send(request: Call): Promise<Answer>;
  /** Registers a device of the site. */
  register(name: string): Promise<Answer>;
  status(): Promise<Status>;
}

/** Processing servers in this process, with a real store and Things that exist only here. */
export class ServerHarness {
  readonly folder: string;
  readonly things: FakeThings = fakeConsumer();
  readonly #running: RunningProgram<ServerReport>[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  get storeFile(): string {
    return path.join(this.folder, "state", "fogwot.duckdb");
  }

  async start(overrides: Partial<ServerConfig> = {}): Promise<ServerUnderTest> {
    const config = {
      site: sampleSite(),
      stateDirectory: path.join(this.folder, "state"),
      ports: { http: 0, mqtt: 0 },
      token,
      timeScale: 0.02,
      ...overrides,
    };
    const context = { clock: systemClock, log: silentLogger };
    const server = await startProcessingServer(config, context, {
      ...defaultParts,
      startConsumer: async () => this.things,
      startBroker: async () => null,
    });
    this.#running.push(server);
    const { url } = server.report;
    const get = (path: string) => callUrl(url, path);
    const send = (request: Call) =>
      callUrl(url, {
        ...request,
        headers: { authorization: `Bearer ${token}`, ...request.headers },
      });
    return {
      server,
      get,
      send,
      register: (name) => {
        const id = `urn:fogwot:factory:${name}`;
        return send({
          method: "PUT",
          url: `/things/${id}`,
          payload: sampleTd(id, { title: name }),
        });
      },
      status: async () => (await get("/api/status")).json<Status>(),
    };
  }

  async dispose(): Promise<void> {
    for (const server of this.#running.splice(0)) await server.stop();
    await fs.rm(this.folder, { recursive: true, force: true });
  }
}

export async function createHarness(): Promise<ServerHarness> {
  return new ServerHarness(await fs.mkdtemp(path.join(os.tmpdir(), "fogwot-server-")));
}

/** Waits for a claim about the world to become true, with an end. */
export async function eventually(claim: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 30_000;
  while (!(await claim())) {
    if (performance.now() > deadlineMs) throw new RangeError("did not become true in 30 s");
    await systemClock.sleep(10);
  }
}
