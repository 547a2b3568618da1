import { FogwotError } from "../../errors";
import type { DiscoveryFinding } from "../findings";
import { codeOf, type DocumentSource } from "./document-source";
import type { FetchedDocument } from "./fetcher";
import { type ListingPage, toListingPage } from "./listing-page";

/** Told of what cannot be read. @param isRoot without it, the whole exploration is not complete */
export type OnFinding = (finding: DiscoveryFinding, isRoot: boolean) => void;

/** Reads documents and listings, and makes a finding of what cannot be read. */
export class DocumentReader {
  readonly #source: DocumentSource;
  readonly #onFinding: OnFinding;

  constructor(source: DocumentSource, onFinding: OnFinding) {
    this.#source = source;
    this.#onFinding = onFinding;
  }

  /** @throws as `DocumentSource.fetch` */
  fetch(url: string): Promise<FetchedDocument> {
    return this.#source.fetch(url);
  }

  /** undefined: it cannot be fetched. @throws the signal's reason */
  async tryFetch(url: string, isRoot: boolean): Promise<FetchedDocument | undefined> {
    try {
      return await this.#source.fetch(url);
    } catch (thrown) {
      if (!(thrown instanceof FogwotError)) throw thrown;
      const { message } = thrown;
      this.#onFinding({ code: codeOf(thrown), url, message, cause: thrown }, isRoot);
      return undefined;
    }
  }

  /** undefined: it is no JSON. */
  parse({ url, body, type }: FetchedDocument, isRoot: boolean): unknown {
    try {
      return JSON.parse(body.toString("utf8")) as unknown;
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown;
      const message = `no JSON${type ? `, but ${type}` : ""}: ${thrown.message}`;
      this.#onFinding({ code: "NOT_READABLE", url, message }, isRoot);
      return undefined;
    }
  }

  /**
   * The pages of a listing, as far as their links lead.
   *
   * @param known the first page, where it has been fetched before
   */
  async *pages(
    url: string,
    isRoot: boolean,
    known: ListingPage | undefined,
  ): AsyncGenerator<ListingPage & { readonly url: string }> {
    const read = new Set<string>();
    let page = known;
    for (let at: string | undefined = url; at !== undefined; at = page?.next, page = undefined) {
      if (read.has(at)) {
        const message = "the listing leads back to a page of its own";
        this.#onFinding({ code: "NO_LISTING", url: at, message }, isRoot);
        return;
      }
      read.add(at);
      page ??= await this.#fetchPage(at, isRoot);
      if (!page) return;
      yield { ...page, url: at };
    }
  }

  async #fetchPage(url: string, isRoot: boolean): Promise<ListingPage | undefined> {
    const document = await this.tryFetch(url, isRoot);
    const value = document && this.parse(document, isRoot);
    if (!document || value === undefined) return undefined;
    const page = toListingPage(document, value);
    if (!page) {
      const message = "neither an array of Thing Descriptions nor an object with members";
      this.#onFinding({ code: "NO_LISTING", url, message }, isRoot);
    }
    return page;
  }
}
