import { type Clock, OverloadedError } from "@fogwot/core";
import { StoreClosedError } from "./errors";
import { countRows, type RowBatch } from "./rows";

export interface WriteQueueOptions {
  /** Makes a batch durable, or rejects and keeps nothing of it. Never called concurrently. */
  readonly commit: (batch: RowBatch) => Promise<void>;
  readonly clock: Clock;
  /** Longest time a row waits before its flush begins, ms. */
  readonly flushMs: number;
  /** Rows that start a flush at once. */
  readonly flushRows: number;
  /** Rows that may wait; more are refused. */
  readonly maxPendingRows: number;
}

interface Entry {
  readonly batch: RowBatch;
  readonly rows: number;
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Rows of one transaction: larger ones would hold the event loop while they are copied. */
const maxTransactionRows = 4096;

/**
 * Collects appended rows into few transactions: by time or by size, whichever comes first.
 *
 * A database commit costs about the same for one row as for a thousand; an acknowledgement means
 * the commit has happened.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  #waiting: Entry[] = [];
  #waitingRows = 0;
  #inFlight: Entry[] = [];
  #inFlightRows = 0;
  #draining: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #flushRequested = false;
  #closed = false;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  /** Appended and not yet acknowledged. */
  get pendingRows(): number {
    return this.#waitingRows + this.#inFlightRows;
  }

  append(batch: RowBatch): Promise<void> {
    const { flushRows, maxPendingRows } = this.#options;
    if (this.#closed) return Promise.reject(new StoreClosedError());
    const rows = countRows(batch);
    if (rows === 0) return Promise.resolve();
    const pendingRows = this.pendingRows;
    if (pendingRows + rows > maxPendingRows) {
      return Promise.reject(
        new OverloadedError(`${pendingRows} rows wait to be stored, ${maxPendingRows} may`, {
          details: { pendingRows, rows, maxPendingRows },
        }),
      );
    }
    const entry = createEntry(batch, rows);
    this.#waiting.push(entry);
    this.#waitingRows += rows;
    if (this.#waitingRows >= flushRows) this.#drain();
    else if (!this.#draining) this.#scheduleDrain();
    return entry.done;
  }

  /** Resolves when everything appended before the call is durable; rejects when some of it failed. */
  async flush(): Promise<void> {
    const before = [...this.#inFlight, ...this.#waiting].map((entry) => entry.done);
    if (this.#waiting.length > 0) {
      this.#flushRequested = true;
      this.#drain();
    }
    const results = await Promise.allSettled(before);
    const failed = results.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  }

  /** Refuses further rows and flushes those that wait. Failures reach their own appenders. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#draining || this.#waiting.length > 0) {
      this.#flushRequested = true;
      this.#drain();
      await this.#draining;
    }
  }

  #drain(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#draining ??= this.#run().finally(() => {
      this.#draining = undefined;
      if (this.#waiting.length === 0) this.#flushRequested = false;
      else if (this.#isDue()) this.#drain();
      else this.#scheduleDrain();
    });
  }

  #isDue(): boolean {
    return this.#flushRequested || this.#waitingRows >= this.#options.flushRows;
  }

  #scheduleDrain(): void {
    const { clock, flushMs } = this.#options;
    this.#cancelTimer ??= clock.schedule(flushMs, () => this.#drain());
  }

  async #run(): Promise<void> {
    do {
      const entries = this.#take();
      try {
        await this.#options.commit(merge(entries));
        this.#release();
        for (const entry of entries) entry.resolve();
      } catch (thrown) {
        this.#release();
        for (const entry of entries) entry.reject(thrown);
      }
    } while (this.#waiting.length > 0 && this.#isDue());
  }

  #release(): void {
    this.#inFlight = [];
    this.#inFlightRows = 0;
  }

  /** Whole appends only, at least one, so that an append is stored wholly or not at all. */
  #take(): Entry[] {
    let rows = 0;
    let count = 0;
    for (const entry of this.#waiting) {
      if (count > 0 && rows + entry.rows > maxTransactionRows) break;
      rows += entry.rows;
      count++;
    }
    this.#inFlight = this.#waiting.splice(0, count);
    this.#inFlightRows = rows;
    this.#waitingRows -= rows;
    return this.#inFlight;
  }
}

function createEntry(batch: RowBatch, rows: number): Entry {
  let resolve: () => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const done = new Promise<void>((onDone, onFailed) => {
    resolve = onDone;
    reject = onFailed;
  });
  return { batch, rows, done, resolve, reject };
}

function merge(entries: readonly Entry[]): RowBatch {
  const [first] = entries;
  if (entries.length === 1 && first) return first.batch;
  return {
    outcomes: entries.flatMap((entry) => entry.batch.outcomes),
    readings: entries.flatMap((entry) => entry.batch.readings),
    events: entries.flatMap((entry) => entry.batch.events),
  };
}
