import {
  type FogwotError,
  InputError,
  InteractionError,
  OverloadedError,
  toFogwotError,
  UnreachableError,
} from "../../errors";
import type { DiscoveryFindingCode } from "../findings";
import { DEFAULTS, type DiscoveryOptions } from "../options";
import type { FetchedDocument, Fetcher } from "./fetcher";
import { fetchOverHttp } from "./http-fetcher";

const accept = [
  "application/td+json",
  "application/ld+json;q=0.9",
  "application/json;q=0.9",
  "application/link-format;q=0.8",
];

/** Fetches the documents of one discovery, as many as it may. */
export class DocumentSource {
  readonly #options: DiscoveryOptions;
  readonly #signal: AbortSignal;
  readonly #fetchers: Readonly<Record<string, Fetcher>>;
  #count = 0;

  constructor(options: DiscoveryOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#fetchers = { http: fetchOverHttp, https: fetchOverHttp, ...options.fetchers };
  }

  /** @throws FogwotError of several kinds; the signal's reason */
  async fetch(url: string): Promise<FetchedDocument> {
    const { authorization: authorizationFor, maxDocuments = DEFAULTS.maxDocuments } = this.#options;
    if (!URL.canParse(url)) throw new InputError({ path: "", got: url, wanted: "a URL" });
    const { protocol } = new URL(url);
    const fetcher = this.#fetchers[protocol.slice(0, -1)];
    if (!fetcher) throw new UnreachableError(url, `no client for ${protocol}`);
    if (this.#count >= maxDocuments) {
      throw new OverloadedError(`${maxDocuments} documents were fetched, which is the limit`);
    }
    this.#count++;
    const authorization = authorizationFor?.(new URL(url));
    try {
      return await fetcher({
        url,
        accept,
        ...(authorization === undefined ? {} : { authorization }),
        timeoutMs: this.#options.timeoutMs ?? DEFAULTS.timeoutMs,
        maxBytes: this.#options.maxDocumentBytes ?? DEFAULTS.maxDocumentBytes,
        signal: this.#signal,
      });
    } catch (thrown) {
      if (this.#signal.aborted) throw thrown;
      throw toFogwotError(thrown);
    }
  }
}

/** What a failed fetch is called among the findings. */
export function codeOf(error: FogwotError): DiscoveryFindingCode {
  if (error instanceof OverloadedError) return "LIMIT";
  if (error instanceof InteractionError) return "REFUSED";
  return error.code === "PAYLOAD_TOO_LARGE" || error instanceof InputError
    ? "NOT_READABLE"
    : "UNREACHABLE";
}
