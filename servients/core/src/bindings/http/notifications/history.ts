import type { Notification } from "../../feed";

/** The last notifications of one affordance, for `Last-Event-ID`. Bounded in number and bytes. */
export class History {
  readonly #maximum: number;
  readonly #maximumBytes: number;
  readonly #entries: Notification[] = [];
  #first = 0;
  #bytes = 0;

  constructor(maximum: number, maximumBytes: number) {
    this.#maximum = maximum;
    this.#maximumBytes = maximumBytes;
  }

  add(notification: Notification): void {
    this.#entries.push(notification);
    this.#bytes += notification.body.length;
    while (this.size > this.#maximum || (this.#bytes > this.#maximumBytes && this.size > 0)) {
      this.#bytes -= this.#entries[this.#first]?.body.length ?? 0;
      this.#first++;
    }
    // Dropping from the front one by one would copy the array each time.
    if (this.#first > this.#maximum) {
      this.#entries.splice(0, this.#first);
      this.#first = 0;
    }
  }

  get size(): number {
    return this.#entries.length - this.#first;
  }

  /** What came after a sequence number, oldest first. */
  after(sequence: number): Notification[] {
    return this.#entries.slice(this.#placeAfter(sequence));
  }

  /** The oldest that came after a sequence number. */
  firstAfter(sequence: number): Notification | undefined {
    return this.#entries[this.#placeAfter(sequence)];
  }

  #placeAfter(sequence: number): number {
    const oldest = this.#entries[this.#first];
    if (!oldest) return this.#entries.length;
    // Numbers are nearly always consecutive, so that the place is known: a poll must not search.
    let place = this.#first + Math.max(0, sequence + 1 - oldest.sequence);
    place = Math.min(place, this.#entries.length);
    while (place > this.#first && (this.#entries[place - 1]?.sequence ?? 0) > sequence) place--;
    return place;
  }

  clear(): void {
    this.#entries.length = 0;
    this.#first = 0;
    this.#bytes = 0;
  }
}
