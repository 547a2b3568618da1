import type { Clock, Logger } from "@fogwot/core";
import { Entry } from "../entry";
import type { EventJournal } from "../event-journal";
import { createMergePatch } from "../merge-patch";
import type { ThingEvent } from "../thing-event";
import type { ThingTable } from "../thing-table";
import { AppendLog } from "./append-log";
import {
  deleteLine,
  headerLine,
  keptLine,
  type LogRecord,
  parseLine,
  putLine,
  toEntry,
  touchLine,
} from "./records";

export interface DirectoryFileOptions {
  readonly file: string;
  readonly table: ThingTable;
  readonly journal: EventJournal;
  readonly clock: Clock;
  readonly log: Logger;
  /** @default 4 MiB */
  readonly minRewriteBytes?: number;
}

/** Where the Things of a directory, and what happened to them lately, outlive its process. */
export class DirectoryFile {
  readonly #options: DirectoryFileOptions;
  readonly #lines: AppendLog;

  constructor(options: DirectoryFileOptions) {
    const { file, minRewriteBytes } = options;
    this.#options = options;
    const snapshot = () => this.#snapshot();
    this.#lines = new AppendLog({
      file,
      snapshot,
      ...(minRewriteBytes === undefined ? {} : { minRewriteBytes }),
    });
  }

  /**
   * Fills the table and the journal. A file of another kind is put aside, and the directory starts
   * empty; of one with unreadable lines a copy is kept, and the rest is taken.
   *
   * @throws DirectoryFileError
   */
  async load(): Promise<void> {
    const { clock, log, file } = this.#options;
    let count = 0;
    let unreadable = 0;
    let isOurs = true;
    const isThere = await this.#lines.open((line) => {
      count++;
      if (!isOurs) return;
      const isTaken = this.#take(line, count === 1);
      if (count === 1) isOurs = isTaken;
      else if (!isTaken) unreadable++;
    });
    if (!isThere) return;
    const suffix = `unreadable-${clock.now()}`;
    if (count === 0 || !isOurs) {
      const aside = await this.#lines.setAside(suffix);
      log.warn({ file, aside }, "the directory's file is unreadable and was put aside");
    } else if (unreadable > 0) {
      const copy = await this.#lines.keepCopy(suffix);
      log.warn({ file, copy, unreadable }, "lines of the directory's file are unreadable");
    }
  }

  /** Resolves when it is on disk, as the others do. @throws DirectoryFileError, OverloadedError */
  put(entry: Entry, event?: ThingEvent): Promise<void> {
    return this.#lines.append(putLine(entry, event?.number));
  }

  touch(entry: Entry): Promise<void> {
    return this.#lines.append(touchLine(entry));
  }

  delete(event: ThingEvent): Promise<void> {
    return this.#lines.append(deleteLine(event.id, event.number));
  }

  close(): Promise<void> {
    return this.#lines.close();
  }

  /** Whether the line made sense. */
  #take(line: string, isFirst: boolean): boolean {
    try {
      const record = parseLine(line);
      if (isFirst !== "log" in record) return false;
      return this.#apply(record);
    } catch (thrown) {
      this.#options.log.debug({ err: thrown }, "an unreadable line of the directory's file");
      return false;
    }
  }

  #apply(record: LogRecord): boolean {
    const { table, journal } = this.#options;
    if ("log" in record) journal.resume(record.life, record.last);
    else if ("kept" in record) {
      const { number, kind, id, patch } = record.kept;
      journal.restore(number, kind, id, patch);
    } else if ("put" in record) this.#applyPut(toEntry(record), record.event);
    else if ("touch" in record) {
      const { touch: id, registration } = record;
      const previous = table.get(id);
      if (!previous) return false;
      const { isAnonymous, owner } = previous;
      table.set(new Entry(previous.tdJson, { id, registration, isAnonymous, owner }));
    } else {
      table.delete(record.delete);
      journal.restore(record.event, "thing_deleted", record.delete);
    }
    return true;
  }

  #applyPut(entry: Entry, event: number | undefined): void {
    const { table, journal } = this.#options;
    const previous = table.get(entry.id);
    table.set(entry);
    if (event === undefined) return;
    if (!previous) journal.restore(event, "thing_created", entry.id);
    else {
      const patch = createMergePatch(previous.td, entry.td);
      journal.restore(event, "thing_updated", entry.id, patch);
    }
  }

  /** The state of this very moment, though its text is made later. */
  #snapshot(): Iterable<string> {
    const { table, journal } = this.#options;
    const header = headerLine(journal.life, journal.last);
    return toLines(header, [...journal.events], [...table.sorted]);
  }
}

function* toLines(
  header: string,
  events: readonly ThingEvent[],
  entries: readonly Entry[],
): Generator<string> {
  yield header;
  for (const event of events) yield keptLine(event);
  for (const entry of entries) yield putLine(entry);
}
