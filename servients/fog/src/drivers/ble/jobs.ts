import {
  type Clock,
  DeviceTimeoutError,
  DeviceUnreachableError,
  OverloadedError,
} from "@fogwot/core/base";
import type { GattSession } from "./gatt-session";

/** Something to be asked of a connected device. */
export interface Job {
  readonly kind: "read" | "write";
  /** From the start of waiting to the answer in hand. */
  readonly timeoutMs: number;
  /** What the packet filter does to one attempt. */
  draw(): { readonly lost: boolean; readonly delayMs: number };
  /** One attempt is one call of it. */
  perform(session: GattSession): Promise<unknown>;
  /** Called once at most, with the answer. `deviceRttMs`: from its first transmission. */
  done(outcome: unknown, deviceRttMs: number): void;
  /** Called once at most, instead of `done`. */
  failed(error: Error): void;
}

interface Entry {
  readonly job: Job;
  /** Time-out, filter's delay, next attempt. */
  readonly timers: Set<() => void>;
  sentAtMs: number | null;
}

export interface JobsOptions {
  readonly deviceId: string;
  readonly clock: Clock;
  /** The attempt under way was not answered in time: noble would give its answer to the next. */
  readonly onStuck: () => void;
}

/** More waiting requests than any schedule makes: a bound, not a pace. */
const MAX_OPEN = 256;
/** An acknowledgement that takes longer was lost, and the write is made again. */
const WRITE_ATTEMPT_MS = 500;

/** What is asked of a device: one after the other, each with a time-out of its own. */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #open = new Set<Entry>();
  readonly #queue: Entry[] = [];
  #active: Entry | undefined;
  #session: GattSession | undefined;

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  get isIdle(): boolean {
    return this.#active === undefined && this.#queue.length === 0;
  }

  /** There is a connection to ask over. */
  use(session: GattSession): void {
    this.#session = session;
    this.#active = undefined;
    this.#next();
  }

  /**
   * The connection is gone. What was being asked has ended with `error`, if there is one; a write
   * is made again: a device that got it twice has the same interval.
   */
  interrupt(error?: Error): void {
    const active = this.#active;
    this.#session?.end();
    this.#session = undefined;
    this.#active = undefined;
    if (!active || !this.#open.has(active)) return;
    if (active.job.kind === "write") this.#queue.unshift(active);
    else if (error) this.#fail(active, error);
  }

  /** @throws OverloadedError */
  add(job: Job): void {
    const { deviceId } = this.#options;
    if (this.#open.size >= MAX_OPEN) {
      throw new OverloadedError(`${MAX_OPEN} requests to ${deviceId} wait already`);
    }
    const entry: Entry = { job, timers: new Set(), sentAtMs: null };
    this.#open.add(entry);
    this.#after(entry, job.timeoutMs, () => {
      // What never left is no lost packet: there was nothing to send it over.
      const isUnsent = entry.sentAtMs === null && !this.#session;
      this.#fail(
        entry,
        isUnsent
          ? new DeviceUnreachableError(deviceId, "not connected")
          : new DeviceTimeoutError(deviceId, job.timeoutMs),
      );
      if (entry === this.#active) this.#options.onStuck();
    });
    this.#queue.push(entry);
    this.#next();
  }

  /** Ends all that waits; `onlyReads` leaves writes to go on waiting for the device. */
  end(error: Error, { onlyReads = false } = {}): void {
    for (const entry of [...this.#open]) {
      if (!onlyReads || entry.job.kind === "read") this.#fail(entry, error);
    }
  }

  #next(): void {
    const session = this.#session;
    while (session && !this.#active) {
      const entry = this.#queue.shift();
      if (!entry) return;
      const { lost, delayMs } = entry.job.draw();
      entry.sentAtMs ??= this.#options.clock.monotonicMs();
      if (!lost) {
        this.#active = entry;
        void this.#perform(entry, session, delayMs);
      } else if (entry.job.kind === "write") {
        this.#after(entry, WRITE_ATTEMPT_MS, () => this.#again(entry));
      }
      // A read that the filter lost waits for its time-out, and holds up nobody.
    }
  }

  async #perform(entry: Entry, session: GattSession, delayMs: number): Promise<void> {
    const { job } = entry;
    if (job.kind === "write") {
      this.#after(entry, WRITE_ATTEMPT_MS, () => {
        if (entry === this.#active && session === this.#session) this.#options.onStuck();
      });
    }
    let outcome: unknown;
    try {
      outcome = await job.perform(session);
    } catch {
      // The library gives up with the connection, whose end comes as an event of its own; where
      // it does not, the time-out ends this.
      return;
    }
    // Later than its connection: an answer to somebody else.
    if (session !== this.#session || entry !== this.#active) return;
    this.#active = undefined;
    const finish = (): void => {
      const deviceRttMs = this.#options.clock.monotonicMs() - (entry.sentAtMs ?? 0);
      if (this.#close(entry)) job.done(outcome, deviceRttMs);
    };
    if (delayMs > 0) this.#after(entry, delayMs, finish);
    else finish();
    this.#next();
  }

  #again(entry: Entry): void {
    this.#queue.unshift(entry);
    this.#next();
  }

  #after(entry: Entry, delayMs: number, work: () => void): void {
    const cancel = this.#options.clock.schedule(delayMs, () => {
      entry.timers.delete(cancel);
      work();
    });
    entry.timers.add(cancel);
  }

  #fail(entry: Entry, error: Error): void {
    if (this.#close(entry)) entry.job.failed(error);
  }

  /** @returns whether it was open */
  #close(entry: Entry): boolean {
    if (!this.#open.delete(entry)) return false;
    for (const cancel of entry.timers) cancel();
    entry.timers.clear();
    const at = this.#queue.indexOf(entry);
    if (at >= 0) this.#queue.splice(at, 1);
    return true;
  }
}
