import { compareCodePoints } from "./code-points";
import type { Entry } from "./entry";

/** The registered Things, by id and in the order of the listing. */
export class ThingTable {
  readonly #byId = new Map<string, Entry>();
  readonly #sorted: Entry[] = [];
  #totalBytes = 0;
  #order = 0;
  #content = 0;

  get size(): number {
    return this.#byId.size;
  }

  /** Bytes of all Thing Descriptions as they are served. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Counts the changes after which another Thing is at some place of the listing. */
  get orderRevision(): number {
    return this.#order;
  }

  /** Counts all changes. */
  get contentRevision(): number {
    return this.#content;
  }

  get(id: string): Entry | undefined {
    return this.#byId.get(id);
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** By id, in Unicode code point order. Valid until the next change. */
  get sorted(): readonly Entry[] {
    return this.#sorted;
  }

  set(entry: Entry): void {
    const previous = this.#byId.get(entry.id);
    this.#sorted.splice(this.#placeOf(entry.id), previous ? 1 : 0, entry);
    this.#byId.set(entry.id, entry);
    this.#totalBytes += entry.jsonBytes - (previous?.jsonBytes ?? 0);
    this.#content++;
    if (!previous) this.#order++;
  }

  delete(id: string): Entry | undefined {
    const entry = this.#byId.get(id);
    if (!entry) return undefined;
    this.#sorted.splice(this.#placeOf(id), 1);
    this.#byId.delete(id);
    this.#totalBytes -= entry.jsonBytes;
    this.#content++;
    this.#order++;
    return entry;
  }

  /** Index of the entry, or the one it would take. */
  #placeOf(id: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#sorted[middle]?.id ?? "";
      if (compareCodePoints(other, id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
