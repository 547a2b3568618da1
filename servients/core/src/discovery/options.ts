import type { Fetcher } from "./documents/fetcher";
import type { ReadMeaning } from "./semantics/criteria";
import type { ThingQuery } from "./thing-query";

export interface DiscoveryOptions {
  /** Only Things of which all of this holds. */
  readonly query?: ThingQuery;
  /** Value of the Authorization header for a URL; undefined sends none. */
  readonly authorization?: (url: URL) => string | undefined;
  /** How documents are fetched, by URL scheme. @default HTTP and HTTPS */
  readonly fetchers?: Readonly<Record<string, Fetcher>>;
  /** Reads what a Thing Description means, for the query. @default JSON-LD with local contexts */
  readonly readMeaning?: ReadMeaning;
  readonly signal?: AbortSignal;
  /** Of one document. @default 10 000 ms */
  readonly timeoutMs?: number;
  /** Of one document. @default 16 MiB */
  readonly maxDocumentBytes?: number;
  /** Documents that are fetched. @default 1000 */
  readonly maxDocuments?: number;
  /** Things that are looked at. @default 100 000 */
  readonly maxThings?: number;
  /** Things that are asked for at a time, where a directory offers pages. @default 100 */
  readonly pageSize?: number;
}

export const DEFAULTS = {
  timeoutMs: 10_000,
  maxDocumentBytes: 16 * 1024 * 1024,
  maxDocuments: 1000,
  maxThings: 100_000,
  pageSize: 100,
} as const;
