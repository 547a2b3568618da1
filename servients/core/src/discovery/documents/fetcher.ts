import type { WebLink } from "./web-links";

export interface DocumentRequest {
  readonly url: string;
  /** Media types, most wanted first. */
  readonly accept: readonly string[];
  /** Value of an Authorization header. */
  readonly authorization?: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface FetchedDocument {
  /** Where it came from in the end. */
  readonly url: string;
  /** Media type without parameters. */
  readonly type: string;
  readonly body: Buffer;
  readonly links: readonly WebLink[];
}

/**
 * Fetches a document.
 *
 * @throws InteractionError for an error answer, InteractionTimeoutError, UnreachableError,
 *   PayloadTooLargeError; the signal's reason when it is aborted
 */
export type Fetcher = (request: DocumentRequest) => Promise<FetchedDocument>;
