import { presented, type Registration } from "./registration";

/** A Thing Description as JSON; the directory itself looks at few of its members. */
export type DirectoryTd = Readonly<Record<string, unknown>> & { readonly id: string };

/**
 * One registered Thing. It is kept as the text that is served: parsed, a Thing Description takes
 * several times the memory, so the parsed form lives only as long as somebody uses it.
 */
export class Entry {
  readonly id: string;
  readonly registration: Registration;
  /** Whether the directory gave the Thing its id. */
  readonly isAnonymous: boolean;
  /** Name of the principal who registered it; undefined where nobody was asked for a name. Never served. */
  readonly owner: string | undefined;
  /** The Thing Description without `registration`. */
  readonly tdJson: string;
  /** Without the closing brace. */
  readonly #registrationJson: string;
  /** Bytes of `json(retrievedMs)`: the time's text has one length from year 0 to 9999. */
  readonly jsonBytes: number;
  #parsed: WeakRef<DirectoryTd> | undefined;

  constructor(tdJson: string, options: EntryOptions) {
    const { id, registration, isAnonymous = false, owner } = options;
    this.id = id;
    this.registration = registration;
    this.isAnonymous = isAnonymous;
    this.owner = owner;
    this.tdJson = tdJson;
    this.#registrationJson = JSON.stringify(presented(registration)).slice(0, -1);
    this.jsonBytes = Buffer.byteLength(this.json(0));
  }

  /** Without `registration`. */
  get td(): DirectoryTd {
    let td = this.#parsed?.deref();
    if (!td) {
      td = JSON.parse(this.tdJson) as DirectoryTd;
      this.#parsed = new WeakRef(td);
    }
    return td;
  }

  /** The Enriched TD as JSON text. @param retrievedMs added as `registration.retrieved` */
  json(retrievedMs?: number): string {
    const head = `${this.tdJson.slice(0, -1)},"registration":${this.#registrationJson}`;
    if (retrievedMs === undefined) return `${head}}}`;
    return `${head},"retrieved":"${new Date(retrievedMs).toISOString()}"}}`;
  }
}

export interface EntryOptions {
  readonly id: string;
  readonly registration: Registration;
  readonly isAnonymous?: boolean;
  readonly owner?: string | undefined;
}

/** The Thing Description as the directory serves it: with `registration`. */
export function enrich(entry: Entry): DirectoryTd {
  return { ...entry.td, registration: presented(entry.registration) };
}
