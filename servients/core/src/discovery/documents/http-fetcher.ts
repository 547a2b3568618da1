import {
  FogwotError,
  InteractionError,
  InteractionTimeoutError,
  isProblemDetails,
  PayloadTooLargeError,
  UnreachableError,
} from "../../errors";
import type { DocumentRequest, FetchedDocument, Fetcher } from "./fetcher";
import { parseWebLinks, type WebLink } from "./web-links";

type Fetch = (
  url: string,
  init: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
) => Promise<Response>;

/** Fetches over HTTP and HTTPS. Credentials do not follow a redirect to another origin. */
export const fetchOverHttp: Fetcher = (request) => fetchDocument(request, fetch);

/** The same with a `fetch` that trusts certificates of a site's own, or has credentials. */
export function fetchBy(fetch: Fetch): Fetcher {
  return (request) => fetchDocument(request, fetch);
}

async function fetchDocument(request: DocumentRequest, fetch: Fetch): Promise<FetchedDocument> {
  const { url, accept, authorization, timeoutMs, signal } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      headers: { accept: accept.join(", "), ...(authorization ? { authorization } : {}) },
      signal: AbortSignal.any([timeout, signal]),
    });
    const body = await readBody(response, request);
    if (!response.ok) throw new InteractionError(url, response.status, problemIn(body));
    return {
      url: response.url || url,
      type: response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "",
      body,
      links: linksOf(response.headers.get("link")),
    };
  } catch (cause) {
    if (cause instanceof FogwotError) throw cause;
    if (signal.aborted) throw signal.reason;
    if (timeout.aborted) throw new InteractionTimeoutError(url, timeoutMs, { cause });
    throw new UnreachableError(url, reasonOf(cause), { cause });
  }
}

/** The limit holds for what comes out of the decompression. */
async function readBody(response: Response, { maxBytes }: DocumentRequest): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    // Leaving the loop gives the connection up.
    if (length > maxBytes) throw new PayloadTooLargeError(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** A header that is no list of links leads nowhere, which the listing shows. */
function linksOf(header: string | null): WebLink[] {
  try {
    return parseWebLinks(header ?? "");
  } catch (thrown) {
    if (thrown instanceof FogwotError) return [];
    throw thrown;
  }
}

function problemIn(body: Buffer) {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return isProblemDetails(value) ? value : undefined;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  if (!(cause instanceof Error)) return String(thrown);
  const { code } = cause as NodeJS.ErrnoException;
  return code ?? cause.message;
}
