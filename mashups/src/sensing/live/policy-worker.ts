import path from "node:path";
import { Worker } from "node:worker_threads";
import { compiledEntry, type Logger } from "@fogwot/core/base";
import { PolicyFaultError } from "../../policies";
import type { ThreadAnswer, ThreadOperations, ThreadRequest } from "./messages";
import { fromThreadFault } from "./thread-fault";

export interface PolicyWorkerOptions {
  /** For messages, until the policy has said its name. */
  readonly name: string;
  readonly log: Logger;
  /** Heap of the thread, MiB. */
  readonly maxHeapMb: number;
}

interface Waiting {
  readonly resolve: (answer: ThreadAnswer) => void;
  readonly reject: (fault: Error) => void;
}

/** How much longer a thread may take to begin with what it is asked: it may not have had a processor. */
const BEGIN_GRACE_MS = 1_000;

type Result<O extends keyof ThreadOperations> = ReturnType<ThreadOperations[O]>;

/**
 * A thread that one policy runs in, as seen from outside: every question has a limit, and a thread that
 * does not answer within it, or ends, is gone for good.
 */
export class PolicyWorker {
  name: string;
  readonly #worker: Worker;
  readonly #log: Logger;
  readonly #waiting = new Map<number, Waiting>();
  /** Id of the request that the thread began last, written by the thread. */
  readonly #begun = new Int32Array(new SharedArrayBuffer(4));
  #lastId = 0;
  #fault: Error | undefined;

  constructor({ name, log, maxHeapMb }: PolicyWorkerOptions) {
    this.name = name;
    this.#log = log;
    const entry = compiledEntry(path.join(__dirname, `policy-thread${path.extname(__filename)}`));
    const worker = new Worker(entry, {
      workerData: this.#begun,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    this.#worker = worker;
    // It must never keep the process from ending; asked before it runs, it would all the same.
    worker.once("online", () => worker.unref());
    worker.on("message", (answer: ThreadAnswer) => {
      this.#waiting.get(answer.id)?.resolve(answer);
      this.#waiting.delete(answer.id);
    });
    worker.on("error", (thrown: NodeJS.ErrnoException) => {
      const isMemory = thrown.code === "ERR_WORKER_OUT_OF_MEMORY";
      this.#end(isMemory ? `needs more than ${maxHeapMb} MiB of memory` : String(thrown), thrown);
    });
    worker.on("exit", (code) => this.#end(`ended its thread with exit code ${code}`));
  }

  /** Without an answer; what goes wrong is told with the next slot. */
  tell<O extends keyof ThreadOperations>(
    operation: O,
    ...parameters: Parameters<ThreadOperations[O]>
  ): void {
    this.#post({ id: 0, operation, parameters });
  }

  /**
   * @param limitMs real time; a thread that takes longer is ended
   * @returns with the time it took in the thread, ms
   * @throws PolicyFaultError, and what the operation throws
   */
  async ask<O extends keyof ThreadOperations>(
    limitMs: number,
    operation: O,
    ...parameters: Parameters<ThreadOperations[O]>
  ): Promise<{ result: Result<O>; tookMs: number }> {
    if (this.#fault) throw this.#fault;
    const id = ++this.#lastId;
    const answered = new Promise<ThreadAnswer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    const cancel = this.#limit(id, operation, limitMs);
    this.#post({ id, operation, parameters });
    try {
      const { result, fault, tookMs } = await answered;
      if (fault) throw fromThreadFault(fault, this.name);
      return { result: result as Result<O>, tookMs };
    } finally {
      cancel();
    }
  }

  /** Ends the thread, also in the middle of an endless loop. Idempotent. */
  async close(): Promise<void> {
    this.#end("was closed");
    await this.#worker.terminate();
  }

  /** Ends the thread unless the answer comes in time. @returns what lifts the limit */
  #limit(id: number, operation: string, limitMs: number): () => void {
    const check = (isLast: boolean): void => {
      if (!this.#waiting.has(id)) return;
      if (isLast || Atomics.load(this.#begun, 0) === id) {
        this.#end(`did not come back from ${operation} within ${Math.round(limitMs)} ms`);
      } else timer = setTimeout(() => afterMessages(() => check(true)), BEGIN_GRACE_MS);
    };
    let timer = setTimeout(() => afterMessages(() => check(false)), limitMs);
    return () => clearTimeout(timer);
  }

  #post(request: ThreadRequest): void {
    if (!this.#fault) this.#worker.postMessage(request);
  }

  #end(reason: string, cause?: unknown): void {
    if (this.#fault) return;
    this.#fault = new PolicyFaultError(this.name, reason, cause === undefined ? {} : { cause });
    for (const { reject } of this.#waiting.values()) reject(this.#fault);
    this.#waiting.clear();
    this.#worker.terminate().catch((thrown: unknown) => {
      this.#log.warn({ err: thrown, policy: this.name }, "a policy's thread could not be ended");
    });
  }
}

/** An answer may have come while this thread was busy: it is read before the second turn. */
function afterMessages(act: () => void): void {
  setImmediate(() => setImmediate(act));
}
