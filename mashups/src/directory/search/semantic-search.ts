import {
  compileCriteria,
  type Logger,
  type ReadMeaning,
  type ThingCriteria,
  type ThingMeaning,
} from "@fogwot/core";
import { semanticIndex } from "@fogwot/thing-descriptions";
import type { Entry } from "../entry";

export interface SemanticSearchOptions {
  /** What is searched, in the order of the listing; asked at every search. */
  readonly entries: () => readonly Entry[];
  readonly log: Logger;
  /** @default JSON-LD expansion with local contexts */
  readonly readMeaning?: ReadMeaning;
}

interface Known {
  readonly tdJson: string;
  readonly meaning: ThingMeaning | undefined;
}

/** After so many Things that are read for the first time, others get their turn. */
const thingsPerTurn = 5;

/** Finds Things by what they mean. What a Thing means is worked out when it is first searched. */
export class SemanticSearch {
  readonly #options: SemanticSearchOptions;
  #known = new Map<string, Known>();

  constructor(options: SemanticSearchOptions) {
    this.#options = options;
  }

  /** @throws InputError for criteria that are none */
  async find(criteria: ThingCriteria): Promise<Entry[]> {
    const isMatch = compileCriteria(criteria);
    const entries = [...this.#options.entries()];
    const known = new Map<string, Known>();
    const found: Entry[] = [];
    let read = 0;
    for (const entry of entries) {
      const { id, tdJson } = entry;
      let item = this.#known.get(id);
      // A refresh keeps the very text, so comparing it costs nothing.
      if (item?.tdJson !== tdJson) {
        item = { tdJson, meaning: await this.#read(entry) };
        if (++read % thingsPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      known.set(id, item);
      if (item.meaning && isMatch(item.meaning)) found.push(entry);
    }
    this.#known = known;
    return found;
  }

  /** undefined: it is valid as a Thing Description, and yet no JSON-LD. It is not found by meaning. */
  async #read({ id, td }: Entry): Promise<ThingMeaning | undefined> {
    const { readMeaning = semanticIndex, log } = this.#options;
    try {
      return await readMeaning(td);
    } catch (thrown) {
      log.info({ err: thrown, id }, "the Thing Description cannot be expanded");
      return undefined;
    }
  }
}
