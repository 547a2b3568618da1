import { randomBytes } from "node:crypto";
import type { ThingEvent, ThingEventKind } from "./thing-event";

export interface EventJournalOptions {
  /** Events that are kept for clients that come back. @default 10000 */
  readonly maxEvents?: number;
  /** Of the merge patches among them. @default 4 MiB */
  readonly maxPatchBytes?: number;
}

/** One longer than this is left out: the client learns that the Thing has changed, not how. */
const maxPatchCharacters = 64 * 1024;

/**
 * What happened to the Thing Descriptions lately, for those who listen and those who come back.
 *
 * An event is told when it is on disk: a crash would otherwise take back what a client has heard.
 */
export class EventJournal {
  readonly #options: EventJournalOptions;
  readonly #listeners = new Set<(event: ThingEvent) => void>();
  /** Tells the life of one file from that of another: numbers alone would start again. */
  #life = randomBytes(4).toString("hex");
  #events: ThingEvent[] = [];
  #patchBytes = 0;
  #last = 0;
  #published = 0;

  constructor(options: EventJournalOptions = {}) {
    this.#options = options;
  }

  get life(): string {
    return this.#life;
  }

  /** Number of the last event; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** Everything that is kept, told or not, oldest first. */
  get events(): readonly ThingEvent[] {
    return this.#events;
  }

  /** Goes on where a file ended. */
  resume(life: string, last: number): void {
    this.#life = life;
    this.#last = last;
    this.#published = last;
  }

  /** Takes back an event that a file tells of, as one that has been told. */
  restore(number: number, kind: ThingEventKind, id: string, patch?: string | object): void {
    this.#keep(toEvent(number, kind, id, patch));
    this.#last = Math.max(this.#last, number);
    this.#published = this.#last;
  }

  /** Notes an event, to be told later by `publish`. */
  add(kind: ThingEventKind, id: string, patch?: object): ThingEvent {
    const event = toEvent(++this.#last, kind, id, patch);
    this.#keep(event);
    return event;
  }

  publish(event: ThingEvent): void {
    this.#published = Math.max(this.#published, event.number);
    for (const listener of this.#listeners) listener(event);
  }

  /** Hears of every event from now on; the result ends that. */
  onEvent(listener: (event: ThingEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The event id of the notification API: opaque to clients. */
  idOf(event: ThingEvent): string {
    return `${this.#life}-${event.number}`;
  }

  /**
   * Number of the event that an event id names. An id of another life, or of no event, gives 0: who
   * sends it has missed at least all that is kept.
   */
  numberOf(eventId: string): number {
    const [, life, digits] = /^([0-9a-f]+)-(\d{1,15})$/.exec(eventId) ?? [];
    const number = Number(digits);
    return life === this.#life && number <= this.#last ? number : 0;
  }

  /** Number of the last event that has been told. */
  get told(): number {
    return this.#published;
  }

  /** The next event that has been told and is kept; a gap in the numbers is what is not. */
  next(afterNumber: number): ThingEvent | undefined {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle]?.number ?? 0) <= afterNumber) low = middle + 1;
      else high = middle;
    }
    const event = this.#events[low];
    return event && event.number <= this.#published ? event : undefined;
  }

  clear(): void {
    this.#listeners.clear();
  }

  #keep(event: ThingEvent): void {
    const { maxEvents = 10_000, maxPatchBytes = 4 * 1024 * 1024 } = this.#options;
    this.#events.push(event);
    this.#patchBytes += event.patch?.length ?? 0;
    // A tenth at once: dropping one by one would copy the array each time.
    if (this.#events.length > maxEvents * 1.1) this.#drop(this.#events.length - maxEvents);
    let oldest = 0;
    for (let bytes = this.#patchBytes; bytes > maxPatchBytes; oldest++) {
      bytes -= this.#events[oldest]?.patch?.length ?? 0;
    }
    if (oldest > 0) this.#drop(oldest);
  }

  #drop(count: number): void {
    for (const { patch } of this.#events.splice(0, count)) this.#patchBytes -= patch?.length ?? 0;
  }
}

function toEvent(
  number: number,
  kind: ThingEventKind,
  id: string,
  patch: string | object | undefined,
): ThingEvent {
  const text = typeof patch === "object" ? JSON.stringify(patch) : patch;
  const isShort = text !== undefined && text.length <= maxPatchCharacters;
  return { number, kind, id, ...(isShort ? { patch: text } : {}) };
}
