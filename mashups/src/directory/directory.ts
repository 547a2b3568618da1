import { randomBytes, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type Clock, type Logger, NotFoundError, silentLogger, systemClock } from "@fogwot/core";
import { ChangeListeners, type DirectoryChange } from "./change-listeners";
import { type DirectoryTd, Entry, enrich } from "./entry";
import { ROOT_FIELD, ThingDescriptionRejectedError } from "./errors";
import { EventJournal } from "./event-journal";
import { ExpiryTimer } from "./expiry-timer";
import { checkRoom, type Limits, limitsOf } from "./limits";
import { DirectoryFile } from "./log/directory-file";
import { applyMergePatch, createMergePatch } from "./merge-patch";
import type { DirectoryOptions } from "./options";
import { clientPart, expiryMs, register } from "./registration";
import { checkSubmission, isObject, type SubmissionRules } from "./submission";
import type { ThingEvent } from "./thing-event";
import { ThingTable } from "./thing-table";
import { schemaErrors } from "./validation";

/**
 * A W3C WoT Thing Description Directory, without its HTTP side.
 *
 * A registration with a time to live ends by itself; its Thing is no longer served from that
 * moment on, and listeners hear of it.
 */
export class Directory {
  readonly #validate: SubmissionRules["validate"];
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #table = new ThingTable();
  readonly #listeners: ChangeListeners;
  readonly #limits: Limits;
  readonly #expiry: ExpiryTimer;
  readonly #file: DirectoryFile | undefined;
  /** Revisions count from the start of the process. */
  readonly #start = randomBytes(4).toString("hex");
  readonly journal: EventJournal;

  constructor(options: DirectoryOptions) {
    const { file, minRewriteBytes, validate = schemaErrors } = options;
    const { clock = systemClock, log = silentLogger } = options;
    this.#validate = validate;
    this.#limits = limitsOf(options);
    this.#listeners = new ChangeListeners(log);
    this.#clock = clock;
    this.#log = log;
    this.#expiry = new ExpiryTimer({ clock, onDue: () => this.#purge() });
    this.journal = new EventJournal(options.events);
    const [table, journal] = [this.#table, this.journal];
    const rewriting = minRewriteBytes === undefined ? {} : { minRewriteBytes };
    this.#file = file
      ? new DirectoryFile({ file, table, journal, clock, log, ...rewriting })
      : undefined;
  }

  /** Reads the file, where there is one. What has expired meanwhile leaves now. */
  async start(): Promise<void> {
    await this.#file?.load();
    for (const { id, td } of this.#table.sorted) this.#listeners.tell({ kind: "added", id, td });
    this.#removeExpired();
  }

  /** Ends the timers and closes the file. */
  async stop(): Promise<void> {
    this.#expiry.stop();
    this.#listeners.clear();
    this.journal.clear();
    await this.#file?.close();
  }

  get maxThingBytes(): number {
    return this.#limits.maxThingBytes;
  }

  get size(): number {
    this.#purge();
    return this.#table.size;
  }

  has(id: string): boolean {
    return this.entry(id) !== undefined;
  }

  /** The Thing Description with its `registration`; undefined where there is none. */
  get(id: string): DirectoryTd | undefined {
    const entry = this.entry(id);
    return entry && enrich(entry);
  }

  /** All Thing Descriptions, sorted by id in Unicode code point order. */
  list(): DirectoryTd[] {
    return this.entries().map(enrich);
  }

  entry(id: string): Entry | undefined {
    this.#purge();
    return this.#table.get(id);
  }

  /** The registered Things in the order of the listing. Valid until the next change. */
  entries(): readonly Entry[] {
    this.#purge();
    return this.#table.sorted;
  }

  /** Another one as soon as another Thing is at some place of the listing. */
  get orderTag(): string {
    this.#purge();
    return `${this.#start}-${this.#table.orderRevision}`;
  }

  /** Another one as soon as anything of the listing is another, `registration.retrieved` apart. */
  get contentTag(): string {
    this.#purge();
    return `${this.#start}-${this.#table.contentRevision}`;
  }

  /** Time of retrieval, ms since 1970. */
  now(): number {
    return this.#clock.now();
  }

  /**
   * Creates or replaces a registration; resolves when it is saved.
   *
   * @param owner whose it is from now on, where it is nobody's yet
   * @throws ThingDescriptionRejectedError, PayloadTooLargeError, OverloadedError, DirectoryFileError
   */
  async put(id: string, submitted: unknown, owner?: string): Promise<"created" | "updated"> {
    const previous = this.entry(id);
    const { isAnonymous = false } = previous ?? {};
    await this.#store(id, submitted, { isAnonymous, owner: previous?.owner ?? owner });
    return previous ? "updated" : "created";
  }

  /**
   * Registers a Thing Description that has no id under one of its own, a random UUID (RFC 4122).
   *
   * @returns the id
   * @throws as `put`
   */
  async create(submitted: unknown, owner?: string): Promise<string> {
    const id = `urn:uuid:${randomUUID()}`;
    if (isObject(submitted) && submitted.id !== undefined) {
      const description = "must be absent; a Thing that has one is put to /things/{id}";
      throw new ThingDescriptionRejectedError([{ field: "/id", description }]);
    }
    const named = isObject(submitted) ? { ...submitted, id } : submitted;
    await this.#store(id, named, { isAnonymous: true, owner });
    return id;
  }

  /**
   * Applies a merge patch (RFC 7396); an empty one starts the time to live anew.
   *
   * @throws NotFoundError, and as `put`
   */
  async patch(id: string, patch: unknown): Promise<void> {
    const entry = this.entry(id);
    if (!entry) throw new NotFoundError(`Thing ${id}`);
    if (!isObject(patch)) {
      const description = "must be an object: a Partial TD as a JSON merge patch";
      throw new ThingDescriptionRejectedError([{ field: ROOT_FIELD, description }]);
    }
    const target = { ...entry.td, registration: clientPart(entry.registration) };
    const patched = applyMergePatch(target, patch) as Readonly<Record<string, unknown>>;
    const { isAnonymous, owner } = entry;
    await this.#store(id, patched, { isAnonymous, owner });
  }

  /** Whether there was such a Thing. @throws DirectoryFileError */
  async delete(id: string): Promise<boolean> {
    const entry = this.entry(id);
    if (!entry) return false;
    await this.#remove(entry);
    return true;
  }

  /** Hears of every change from now on; the result ends that. */
  onChange(listener: (change: DirectoryChange) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** From the check to the note of the event all in one turn: nobody else changes it meanwhile. */
  #store(
    id: string,
    submitted: unknown,
    options: { readonly isAnonymous: boolean; readonly owner: string | undefined },
  ): Promise<void> {
    const previous = this.#table.get(id);
    const rules = { validate: this.#validate, maxThingBytes: this.maxThingBytes };
    const { tdJson, lifetime } = checkSubmission(id, submitted, rules, previous);
    const registration = register(lifetime, this.#clock.now(), previous?.registration);
    const entry = new Entry(tdJson, { id, registration, ...options });
    // A refresh with the very same description is no news.
    if (previous && (previous.tdJson === tdJson || isDeepStrictEqual(previous.td, entry.td))) {
      const same = new Entry(previous.tdJson, { id, registration, ...options });
      this.#insert(same);
      // A refresh says nothing of whose it is.
      const isTaken = previous.owner !== same.owner;
      return (isTaken ? this.#file?.put(same) : this.#file?.touch(same)) ?? Promise.resolve();
    }
    checkRoom(this.#table, entry, this.#limits);
    this.#insert(entry);
    this.#listeners.tell({ kind: previous ? "updated" : "added", id, td: entry.td });
    const event = previous
      ? this.journal.add("thing_updated", id, createMergePatch(previous.td, entry.td))
      : this.journal.add("thing_created", id);
    return this.#publish(event, this.#file?.put(entry, event));
  }

  #insert(entry: Entry): void {
    this.#table.set(entry);
    this.#expiry.expect(expiryMs(entry.registration));
  }

  #remove({ id, td }: Entry): Promise<void> {
    this.#table.delete(id);
    this.#listeners.tell({ kind: "removed", id, td });
    const event = this.journal.add("thing_deleted", id);
    return this.#publish(event, this.#file?.delete(event));
  }

  /** Where the disk refuses, the Thing is served all the same, so its event is told all the same. */
  async #publish(event: ThingEvent, saved: Promise<void> | undefined): Promise<void> {
    try {
      await saved;
    } finally {
      this.journal.publish(event);
    }
  }

  #purge(): void {
    if (this.#expiry.isDue) this.#removeExpired();
  }

  #removeExpired(): void {
    const nowMs = this.#clock.now();
    const expired: Entry[] = [];
    let nextMs = Number.POSITIVE_INFINITY;
    for (const entry of this.#table.sorted) {
      const endMs = expiryMs(entry.registration);
      if (endMs <= nowMs) expired.push(entry);
      else nextMs = Math.min(nextMs, endMs);
    }
    this.#expiry.restart(nextMs);
    for (const entry of expired) {
      this.#remove(entry).catch((thrown: unknown) => {
        this.#log.warn({ err: thrown }, "the directory could not be saved after an expiry");
      });
    }
  }
}
