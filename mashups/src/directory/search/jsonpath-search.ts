import path from "node:path";
import { Worker } from "node:worker_threads";
import {
  type Clock,
  compiledEntry,
  InternalError,
  type Logger,
  OverloadedError,
  silentLogger,
  systemClock,
} from "@fogwot/core";
import type { Entry } from "../entry";
import { QuerySyntaxError, QueryTooCostlyError } from "../errors";
import type { SearchAnswer, SearchRequest, ThingUpdate } from "./messages";

export interface JsonPathSearchOptions {
  /** What is searched, in the order of the listing; asked at every query. */
  readonly entries: () => readonly Entry[];
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Longest time of one query. @default 2 000 ms */
  readonly timeoutMs?: number;
  /** The thread ends after this time without queries. @default 60 000 ms */
  readonly idleMs?: number;
  /** Queries that wait for their turn. @default 32 */
  readonly maxWaiting?: number;
  /** @default 100 000 values */
  readonly maxResults?: number;
  /** @default 16 Mi characters */
  readonly maxResultCharacters?: number;
  /** Heap of the thread. @default 512 MiB */
  readonly maxHeapMb?: number;
}

/**
 * JSONPath over all Thing Descriptions (RFC 9535), one query after the other, in a thread that is ended
 * when a query takes too long.
 */
export class JsonPathSearch {
  readonly #options: JsonPathSearchOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  #worker: Worker | undefined;
  /** What the thread has a copy of. */
  #copied = new Map<string, Entry>();
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #cancelIdle: (() => void) | undefined;
  #isClosed = false;

  constructor(options: JsonPathSearchOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLogger;
  }

  /**
   * @returns text of a JSON array of what the query selects
   * @throws QuerySyntaxError, QueryTooCostlyError, OverloadedError
   */
  async query(query: string): Promise<string> {
    const { maxWaiting = 32 } = this.#options;
    if (this.#waiting >= maxWaiting || this.#isClosed) {
      throw new OverloadedError(`${this.#waiting} queries wait already`);
    }
    this.#waiting++;
    const before = this.#turn;
    const answer = (async () => {
      await before;
      this.#waiting--;
      return this.#ask(query);
    })();
    this.#turn = answer.catch(() => undefined);
    const result = await answer;
    if ("json" in result) return result.json;
    if (result.fault === "syntax") throw new QuerySyntaxError(result.message);
    throw new QueryTooCostlyError(result.message);
  }

  /** Whether there is a thread at this moment. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /** Ends the thread; a query under way fails. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#end();
  }

  async #ask(query: string): Promise<SearchAnswer> {
    if (this.#isClosed) throw new OverloadedError("the directory is stopping");
    this.#cancelIdle?.();
    const worker = this.#running();
    const { timeoutMs = 2_000, idleMs = 60_000 } = this.#options;
    const { maxResults = 100_000, maxResultCharacters = 16 * 1024 * 1024 } = this.#options;
    const request: SearchRequest = { query, maxResults, maxResultCharacters, ...this.#changes() };
    try {
      return await this.#exchange(worker, request, timeoutMs);
    } catch (thrown) {
      await this.#end();
      throw thrown;
    } finally {
      this.#cancelIdle = this.#clock.schedule(idleMs, () => void this.#end());
      if (this.#isClosed || !this.#worker) this.#cancelIdle();
    }
  }

  #exchange(worker: Worker, request: SearchRequest, timeoutMs: number): Promise<SearchAnswer> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        cancel();
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      };
      const fail = (reason: Error) => {
        settle();
        reject(reason);
      };
      const onMessage = (answer: SearchAnswer) => {
        settle();
        resolve(answer);
      };
      const onError = (cause: unknown) => fail(this.#faultOf(cause));
      const onExit = () => fail(new OverloadedError("the search was ended"));
      const cancel = this.#clock.schedule(timeoutMs, () => {
        fail(new QueryTooCostlyError(`the query took longer than ${timeoutMs} ms`));
      });
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
      worker.postMessage(request);
    });
  }

  #faultOf(cause: unknown): Error {
    if ((cause as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY") {
      return new QueryTooCostlyError("the query takes too much memory", { cause });
    }
    this.#log.error({ err: cause }, "the search thread failed");
    return new InternalError("the search failed because of an internal fault", { cause });
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const source = `jsonpath-worker${path.extname(__filename)}`;
    const entry = compiledEntry(path.join(__dirname, source));
    const { maxHeapMb = 512 } = this.#options;
    const worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } });
    // It must never keep the process from ending, nor end it.
    worker.unref();
    worker.on("error", (thrown) => this.#log.debug({ err: thrown }, "the search thread ended"));
    this.#copied = new Map();
    this.#worker = worker;
    return worker;
  }

  async #end(): Promise<void> {
    this.#cancelIdle?.();
    const worker = this.#worker;
    this.#worker = undefined;
    this.#copied = new Map();
    await worker?.terminate();
  }

  /** Entries never change, so another object is another state. */
  #changes(): Pick<SearchRequest, "updates" | "deletes"> {
    const updates: ThingUpdate[] = [];
    const present = new Map<string, Entry>();
    for (const entry of this.#options.entries()) {
      const { id, tdJson, registration } = entry;
      present.set(id, entry);
      const copied = this.#copied.get(id);
      if (copied === entry) continue;
      const isRefresh = copied?.tdJson === tdJson;
      const registrationJson = JSON.stringify(registration);
      updates.push({ id, registrationJson, ...(isRefresh ? {} : { tdJson }) });
    }
    const deletes = [...this.#copied.keys()].filter((id) => !present.has(id));
    this.#copied = present;
    return { updates, deletes };
  }
}
