import { explain } from "@fogwot/thing-descriptions";
import type { ThingDescription } from "wot-typescript-definitions";
import { FogwotError } from "../errors";
import { listingUrlOf } from "./directory-form";
import { introductionsOf, parseCoreLinks, resolveUrl } from "./documents/core-links";
import { DocumentReader, type OnFinding } from "./documents/document-reader";
import { DocumentSource } from "./documents/document-source";
import type { FetchedDocument } from "./documents/fetcher";
import { type ListingPage, toListingPage } from "./documents/listing-page";
import { isThingDirectory, isThingLink, linkedDescriptions } from "./exploratory-types";
import type { DiscoveryFinding } from "./findings";
import { DEFAULTS, type DiscoveryOptions } from "./options";

/** A document to be explored. */
interface Step {
  readonly url: string;
  /** Fetched before. */
  readonly document?: FetchedDocument;
  /** Without it, the whole exploration is not complete. */
  readonly isRoot: boolean;
}

/** A Thing's description, and the document it stands in. */
export interface FoundThing {
  readonly td: ThingDescription;
  readonly url: string;
}

/** Where a Thing Description was found. */
interface Place {
  readonly url: string;
  readonly index?: number;
  readonly isRoot: boolean;
}

/** A listing that changes while it is read is read again, so often in all. */
const maxPasses = 3;
/** Each time in pages so many times as large: fewer of them leave less time between. */
const growth = 10;
const linkFormat = "application/link-format";

/**
 * Follows introductions to Thing Descriptions: those of Things, of directories with all they list, of
 * Thing Links, and link-format documents. Each URL is fetched once, each Thing is given once.
 *
 * @see W3C WoT Discovery, section 4 ("Discoverer")
 */
export class Exploration {
  readonly #options: DiscoveryOptions;
  readonly #onFinding: OnFinding;
  readonly #reader: DocumentReader;
  readonly #steps: Step[] = [];
  readonly #visited = new Set<string>();
  /** Ids; the whole text of what has none. */
  readonly #seen = new Set<string>();

  constructor(options: DiscoveryOptions, signal: AbortSignal, onFinding: OnFinding) {
    this.#options = options;
    this.#onFinding = onFinding;
    this.#reader = new DocumentReader(new DocumentSource(options, signal), onFinding);
  }

  /** @throws as `DocumentSource.fetch` */
  fetch(url: string): Promise<FetchedDocument> {
    return this.#reader.fetch(url);
  }

  add(url: string, document?: FetchedDocument): void {
    this.#add({ url, isRoot: true, ...(document ? { document } : {}) });
  }

  /** Every Thing, once; of several descriptions of one the first that is met. */
  async *run(): AsyncGenerator<FoundThing> {
    for (let step = this.#steps.shift(); step; step = this.#steps.shift()) {
      const document = step.document ?? (await this.#reader.tryFetch(step.url, step.isRoot));
      if (document) yield* this.#read(document, step);
    }
  }

  #add(step: Step): void {
    const key = step.url.split("#")[0] ?? step.url;
    if (this.#visited.has(key)) return;
    this.#visited.add(key);
    this.#steps.push(step);
  }

  async *#read(document: FetchedDocument, step: Step): AsyncGenerator<FoundThing> {
    const place = { url: document.url, isRoot: step.isRoot };
    if (document.type === linkFormat) {
      this.#followLinks(document, place);
      return;
    }
    const value = this.#reader.parse(document, place.isRoot);
    if (value === undefined) return;
    const page = toListingPage(document, value);
    if (page) yield* this.#list(Array(maxPasses).fill(document.url), place, page);
    else yield* this.#take(value, place);
  }

  #followLinks({ url, body }: FetchedDocument, place: Place): void {
    try {
      const links = parseCoreLinks(body.toString("utf8"), url);
      for (const target of introductionsOf(links)) this.#add({ url: target, isRoot: false });
    } catch (thrown) {
      if (!(thrown instanceof FogwotError)) throw thrown;
      const message = `no link format: ${thrown.message}`;
      this.#onFinding({ code: "NOT_READABLE", url, message, cause: thrown }, place.isRoot);
    }
  }

  async *#take(value: unknown, place: Place): AsyncGenerator<FoundThing> {
    const finding = checkDescription(value, place);
    if (finding) {
      this.#onFinding(finding, place.isRoot && place.index === undefined);
      return;
    }
    const td = value as ThingDescription & Readonly<Record<string, unknown>>;
    if (isThingDirectory(td)) yield* this.#explore(td, place);
    else if (isThingLink(td)) this.#followThingLink(td, place);
    else if (this.#isNew(td, place)) yield { td, url: place.url };
  }

  #isNew(td: ThingDescription, { url }: Place): boolean {
    const { maxThings = DEFAULTS.maxThings } = this.#options;
    const key = td.id ?? JSON.stringify(td);
    if (this.#seen.has(key)) return false;
    if (this.#seen.size >= maxThings) {
      // Told once: the next ones are over the limit as well.
      if (this.#seen.size === maxThings) {
        const message = `${maxThings} Things were found, which is the limit`;
        this.#onFinding({ code: "LIMIT", url, message }, true);
        this.#seen.add("");
      }
      return false;
    }
    this.#seen.add(key);
    return true;
  }

  #followThingLink(td: ThingDescription, { url, index }: Place): void {
    const base = typeof td.base === "string" ? (resolveUrl(td.base, url) ?? url) : url;
    const targets = linkedDescriptions(td).flatMap((href) => resolveUrl(href, base) ?? []);
    for (const target of targets) this.#add({ url: target, isRoot: false });
    if (targets.length > 0) return;
    const message = "a Thing Link without a link of relation describedby";
    const at = index === undefined ? {} : { index };
    this.#onFinding({ code: "NOT_A_THING_DESCRIPTION", url, ...at, message }, false);
  }

  async *#explore(
    td: ThingDescription & Readonly<Record<string, unknown>>,
    { url, isRoot }: Place,
  ): AsyncGenerator<FoundThing> {
    const { pageSize = DEFAULTS.pageSize } = this.#options;
    // What keeps changing is asked for as a whole in the end, which one answer cannot be torn by.
    const sizes = [pageSize, pageSize * growth, undefined];
    const [listing, ...again] = sizes.flatMap((size) => listingUrlOf(td, url, size) ?? []);
    if (listing === undefined) {
      const message = "the directory has no property things that can be read";
      this.#onFinding({ code: "NO_LISTING", url, message }, isRoot);
      return;
    }
    if (this.#visited.has(listing)) return;
    this.#visited.add(listing);
    yield* this.#list([listing, ...again], { url: listing, isRoot });
  }

  /**
   * All pages of a listing, again when Things came or went meanwhile: one may have changed pages.
   *
   * @param urls of the first page, one a reading
   */
  async *#list(
    urls: readonly string[],
    place: Place,
    known?: ListingPage,
  ): AsyncGenerator<FoundThing> {
    let first = known;
    for (const url of urls) {
      const etags = new Set<string>();
      for await (const page of this.#reader.pages(url, place.isRoot, first)) {
        if (page.etag !== undefined) etags.add(page.etag);
        for (const [index, member] of page.members.entries()) {
          yield* this.#take(member, { ...place, url: page.url, index });
        }
      }
      if (etags.size <= 1) return;
      first = undefined;
    }
    const message = `the listing changed during each of ${urls.length} readings`;
    this.#onFinding({ code: "UNSTABLE_LISTING", url: place.url, message }, false);
  }
}

/** What is wrong with a Thing Description; undefined when it is valid. */
export function checkDescription(
  value: unknown,
  { url, index }: { readonly url: string; readonly index?: number },
): DiscoveryFinding | undefined {
  const errors = explain(value, { kind: "td", schemaOnly: true }).filter(
    ({ level }) => level === "error",
  );
  const [first] = errors;
  if (!first) return undefined;
  const { id } = (value ?? {}) as { id?: unknown };
  return {
    code: "NOT_A_THING_DESCRIPTION",
    url,
    ...(index === undefined ? {} : { index }),
    ...(typeof id === "string" ? { id } : {}),
    message: `${first.path || "/"}: got ${first.got}, wanted ${first.wanted}`,
    mismatches: errors.map(({ path, wanted }) => ({ path, wanted })),
  };
}
