import { timingSafeEqual } from "node:crypto";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import {
  InputError,
  type LinkSettings,
  NotFoundError,
  OperationNotAllowedError,
  PayloadTooLargeError,
  toFogwotError,
  UnauthorizedError,
} from "@fogwot/core";
import type { MashupOrder } from "../running-mashups/running-mashups";
import { nodeCounters } from "./counters";
import type { LinkChange } from "./link-control";
import { keepMeasurements, type ThingMeasurements } from "./measurements";
import type { SiteRun } from "./site-run";

const RESOURCES = ["status", "counters", "links", "mashups", "measurements", "down"];
const MAX_BODY_BYTES = 64 * 1024;

/**
 * The API of `up` itself, on loopback, for the other commands; every request carries the run's
 * token. GET /status, GET /counters, GET /links, PATCH /links/{device}, POST /links/{device}/{cut,restore},
 * GET /mashups, POST /mashups, DELETE /mashups/{name}, POST /measurements, POST /down. Errors are problem details (RFC 7807).
 */
export class ControlServer {
  readonly #run: SiteRun;
  readonly #onDown: () => void;
  #server: http.Server | undefined;

  constructor(run: SiteRun, onDown: () => void) {
    this.#run = run;
    this.#onDown = onDown;
  }

  /** @returns the base URL */
  start(): Promise<string> {
    const server = http.createServer((request, response) => void this.#serve(request, response));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      });
    });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    try {
      this.#authorize(request);
      const value = await this.#answer(request);
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    } catch (error) {
      const problem = toFogwotError(error).toProblem();
      response.writeHead(problem.status, { "content-type": "application/problem+json" });
      response.end(JSON.stringify(problem));
    }
  }

  #authorize(request: http.IncomingMessage): void {
    const given = Buffer.from(request.headers.authorization ?? "");
    const wanted = Buffer.from(`Bearer ${this.#run.info.token}`);
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
    throw new UnauthorizedError("the run file's token is required");
  }

  async #answer(request: http.IncomingMessage): Promise<unknown> {
    const { pathname } = new URL(request.url ?? "/", "http://control");
    const [resource = "", device, verb] = pathname.slice(1).split("/").map(decodeURIComponent);
    const method = request.method ?? "GET";
    switch (`${method} ${resource}`) {
      case "GET status":
        return this.#status();
      case "GET counters":
        return { nodes: await nodeCounters(this.#run) };
      case "GET links":
        return { links: await this.#run.links.list() };
      case "PATCH links":
      case "POST links":
        if (!device) throw new NotFoundError("a link without a device");
        return this.#run.links.change(device, await this.#change(request, method, verb));
      case "GET mashups":
        return { mashups: this.#run.mashups.list() };
      case "POST mashups":
        return this.#run.mashups.start((await readJson(request)) as MashupOrder);
      case "DELETE mashups":
        return this.#run.mashups.stop(device ?? "");
      case "POST measurements":
        return keepMeasurements(this.#run, (await readJson(request)) as ThingMeasurements);
      case "POST down":
        // Answered first: the process that would answer is about to end.
        setImmediate(this.#onDown);
        return { site: this.#run.info.site, pid: process.pid };
      default:
        if (RESOURCES.includes(resource)) {
          throw new OperationNotAllowedError(method, pathname);
        }
        throw new NotFoundError(pathname);
    }
  }

  #status(): object {
    const { token: _secret, ...info } = this.#run.info;
    return { ...info, children: this.#run.supervisor.children() };
  }

  async #change(
    request: http.IncomingMessage,
    method: string,
    verb: string | undefined,
  ): Promise<LinkChange> {
    if (method === "PATCH") {
      return { op: "set", settings: (await readJson(request)) as Partial<LinkSettings> };
    }
    if (verb === "cut" || verb === "restore") return { op: verb };
    throw new NotFoundError(`operation ${verb ?? "(none)"} on a link`);
  }
}

async function readJson(request: http.IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new PayloadTooLargeError(MAX_BODY_BYTES);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError({ path: "", got: text, wanted: "JSON" }, { cause });
  }
}
