import { isDeepStrictEqual } from "node:util";
import { type Clock, type Logger, OverloadedError, silentLogger, systemClock } from "@fogwot/core";
import { AtomicJsonFile } from "./directory-file";
import {
  compareCodePoints,
  createEntry,
  type DirectoryTd,
  type Entry,
  enrich,
  parseEntries,
} from "./entry";
import { ThingDescriptionRejectedError, type ValidationError } from "./errors";
import { expiryMs, readLifetime, register } from "./registration";

export interface DirectoryChange {
  /** `added` and `removed` alternate for one id; `updated` comes between them. */
  readonly kind: "added" | "updated" | "removed";
  readonly id: string;
  readonly td: DirectoryTd;
}

export interface DirectoryOptions {
  /** Where the Things outlive a restart; without it they do not. */
  readonly file?: string;
  /** What is wrong with a Thing Description; empty when it is valid. */
  readonly validate: (td: Readonly<Record<string, unknown>>) => readonly ValidationError[];
  readonly clock?: Clock;
  readonly log?: Logger;
  /** @default 10000 */
  readonly maxThings?: number;
}

/** Node's timers take 32 bits; a later expiry is looked at again then. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * A W3C WoT Thing Description Directory, without its HTTP side.
 *
 * A registration with a time to live ends by itself; its Thing is no longer served from that
 * moment on, and listeners hear of it.
 */
export class Directory {
  readonly #options: DirectoryOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<(change: DirectoryChange) => void>();
  readonly #file: AtomicJsonFile | undefined;
  #nextExpiryMs = Number.POSITIVE_INFINITY;
  #cancelPurge: (() => void) | undefined;
  #stopped = false;

  constructor(options: DirectoryOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLogger;
    this.#file = options.file ? new AtomicJsonFile(options.file, () => this.listJson()) : undefined;
  }

  /** Reads the file, where there is one. An unreadable file is put aside: Things register again. */
  async start(): Promise<void> {
    const text = await this.#file?.read();
    if (text === undefined) return;
    try {
      for (const entry of parseEntries(text)) this.#insert(entry);
    } catch (thrown) {
      const aside = await this.#file?.setAside(`unreadable-${this.#clock.now()}`);
      this.#log.warn(
        { err: thrown, aside },
        "the directory's file is unreadable and was put aside",
      );
    }
  }

  /** Ends the timers; the file is whole at any time. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelPurge?.();
    this.#cancelPurge = undefined;
    this.#listeners.clear();
    // A save that failed has been told to the client that caused it.
    await this.#file?.save().catch((thrown: unknown) => {
      this.#log.warn({ err: thrown }, "the directory could not be saved while stopping");
    });
  }

  get size(): number {
    this.#purge();
    return this.#entries.size;
  }

  has(id: string): boolean {
    this.#purge();
    return this.#entries.has(id);
  }

  /** The Thing Description with its `registration`; undefined where there is none. */
  get(id: string): DirectoryTd | undefined {
    this.#purge();
    const entry = this.#entries.get(id);
    return entry && enrich(entry);
  }

  /** The same as JSON text. */
  getJson(id: string): string | undefined {
    this.#purge();
    return this.#entries.get(id)?.json;
  }

  /** All Thing Descriptions, sorted by id in Unicode code point order. */
  list(): DirectoryTd[] {
    return this.#sorted().map(enrich);
  }

  /** The same as the text of a JSON array. */
  listJson(): string {
    return `[${this.#sorted()
      .map((entry) => entry.json)
      .join(",")}]`;
  }

  /**
   * Creates or replaces a registration; resolves when it is saved.
   *
   * @throws ThingDescriptionRejectedError, OverloadedError, DirectoryFileError
   */
  async put(id: string, submitted: unknown): Promise<"created" | "updated"> {
    const { td, lifetime } = this.#check(id, submitted);
    this.#purge();
    const previous = this.#entries.get(id);
    const maxThings = this.#options.maxThings ?? 10_000;
    if (!previous && this.#entries.size >= maxThings) {
      throw new OverloadedError(`the directory holds ${maxThings} Things, which is its limit`, {
        details: { maxThings },
      });
    }
    const registration = register(lifetime, this.#clock.now(), previous?.registration);
    this.#insert(createEntry(td, registration));
    await this.#file?.save();
    return previous ? "updated" : "created";
  }

  /** Whether there was such a Thing. @throws DirectoryFileError */
  async delete(id: string): Promise<boolean> {
    this.#purge();
    const entry = this.#entries.get(id);
    if (!entry) return false;
    this.#remove(id, entry);
    await this.#file?.save();
    return true;
  }

  /** Hears of every change from now on; the result ends that. */
  onChange(listener: (change: DirectoryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #check(id: string, submitted: unknown) {
    if (typeof submitted !== "object" || submitted === null || Array.isArray(submitted)) {
      throw new ThingDescriptionRejectedError([{ field: "", description: "must be an object" }]);
    }
    const { registration, ...td } = submitted as Record<string, unknown>;
    const errors: ValidationError[] = [];
    if (td.id !== id) {
      const description = `must be the id of the URL, ${id}`;
      errors.push({ field: "/id", description });
    }
    const lifetime = readLifetime(registration);
    if ("field" in lifetime) throw new ThingDescriptionRejectedError([...errors, lifetime]);
    errors.push(...this.#options.validate(td));
    if (errors.length > 0) throw new ThingDescriptionRejectedError(errors);
    return { td: { ...td, id }, lifetime };
  }

  #insert(entry: Entry): void {
    const { id } = entry.td;
    const previous = this.#entries.get(id);
    this.#entries.set(id, entry);
    this.#expectExpiry(expiryMs(entry.registration));
    // A refresh with the very same description is no news.
    if (!previous) this.#tell({ kind: "added", id, td: entry.td });
    else if (!isDeepStrictEqual(previous.td, entry.td)) {
      this.#tell({ kind: "updated", id, td: entry.td });
    }
  }

  #sorted(): Entry[] {
    this.#purge();
    return [...this.#entries.values()].sort((a, b) => compareCodePoints(a.td.id, b.td.id));
  }

  #remove(id: string, entry: Entry): void {
    this.#entries.delete(id);
    this.#tell({ kind: "removed", id, td: entry.td });
  }

  /** Removes what has expired. */
  #purge(): void {
    const nowMs = this.#clock.now();
    if (nowMs < this.#nextExpiryMs) return;
    let purged = false;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [id, entry] of this.#entries) {
      const endMs = expiryMs(entry.registration);
      if (endMs > nowMs) {
        nextMs = Math.min(nextMs, endMs);
        continue;
      }
      this.#remove(id, entry);
      purged = true;
    }
    this.#nextExpiryMs = Number.POSITIVE_INFINITY;
    this.#expectExpiry(nextMs);
    if (!purged) return;
    this.#file?.save().catch((thrown: unknown) => {
      this.#log.warn({ err: thrown }, "the directory could not be saved after an expiry");
    });
  }

  /** Sets the timer to the earliest expiry; one that has been refreshed since purges nothing. */
  #expectExpiry(endMs: number): void {
    if (endMs >= this.#nextExpiryMs) return;
    this.#nextExpiryMs = endMs;
    this.#cancelPurge?.();
    this.#cancelPurge = undefined;
    if (this.#stopped) return;
    const delayMs = Math.min(maxTimerMs, Math.max(0, endMs - this.#clock.now()));
    this.#cancelPurge = this.#clock.schedule(delayMs, () => {
      // Timers may be early, or span less than the whole way: the purge of nothing sets it again.
      this.#nextExpiryMs = Number.NEGATIVE_INFINITY;
      this.#purge();
    });
  }

  /** A listener that fails is our own bug: it is logged, and the registration stands. */
  #tell(change: DirectoryChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (thrown) {
        this.#log.error({ err: thrown, id: change.id }, "a listener of the directory failed");
      }
    }
  }
}
