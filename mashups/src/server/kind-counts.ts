import type { Directory } from "../directory";
import { type ThingKind, thingKind } from "./thing-kind";

/** How many Things of each kind the directory holds, without a look at all of them at every question. */
export class KindCounts {
  readonly #kinds = new Map<string, ThingKind>();

  constructor(directory: Directory) {
    for (const td of directory.list()) this.#kinds.set(td.id, thingKind(td));
    directory.onChange(({ kind, id, td }) => {
      if (kind === "removed") this.#kinds.delete(id);
      else this.#kinds.set(id, thingKind(td));
    });
  }

  get counts() {
    const counts = { devices: 0, networks: 0, nodes: 0, others: 0 };
    for (const kind of this.#kinds.values()) counts[`${kind}s`]++;
    return counts;
  }
}
