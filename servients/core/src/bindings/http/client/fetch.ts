import https from "node:https";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { challengedSchemes } from "./challenges";
import { type HttpCredentials, mayBeSentTo, NO_PROOF, type Proof, proofFor } from "./credentials";

export interface FetchOptions {
  /** Certificates to trust instead of those Node comes with, PEM. */
  readonly ca?: string;
  /** Shown to a server that asks for some. */
  readonly credentials?: HttpCredentials;
}

export interface FetchInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export type Fetch = (url: string | URL, init?: FetchInit) => Promise<Response>;

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * `fetch` for a site of one's own: it trusts that site's certificates, and shows credentials where
 * they are asked for (401). They follow no redirect to another origin.
 */
export function createFetch({ ca, credentials }: FetchOptions): Fetch {
  const remembered = new Map<string, Proof>();
  const send = (url: URL, init: FetchInit): Promise<Response> =>
    url.protocol === "https:" && ca !== undefined
      ? fetchTrusting(ca, url, init)
      : globalThis.fetch(url, { ...init, redirect: "manual" });
  const prove = async (url: URL, init: FetchInit): Promise<Response> => {
    const first = await send(...proven(url, init, remembered.get(url.origin) ?? NO_PROOF));
    if (first.status !== 401 || !credentials || !mayBeSentTo(credentials, url.href)) return first;
    const schemes = challengedSchemes(first.headers.get("www-authenticate"));
    const proof =
      schemes.length > 0 && proofFor([{ scheme: "combo", oneOf: schemes }], credentials);
    if (!proof || remembered.has(url.origin)) return first;
    await first.body?.cancel();
    remembered.set(url.origin, proof);
    return send(...proven(url, init, proof));
  };
  return async (from, init = {}) => {
    let url = new URL(from);
    let asked = init;
    for (let redirects = 0; ; redirects++) {
      const response = await prove(url, asked);
      const location = response.headers.get("location");
      const isRead = asked.method === undefined || ["GET", "HEAD"].includes(asked.method);
      if (!isRead || location === null || !REDIRECTS.has(response.status)) return response;
      if (redirects >= MOST_REDIRECTS || !URL.canParse(location, url.href)) return response;
      await response.body?.cancel();
      const next = new URL(location, url);
      if (next.origin !== url.origin) asked = withoutSecrets(asked);
      url = next;
    }
  };
}

function proven(url: URL, init: FetchInit, { headers, query }: Proof): [URL, FetchInit] {
  const target = new URL(url);
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
  const replaced = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const kept = Object.entries(init.headers ?? {}).filter(
    ([name]) => !replaced.has(name.toLowerCase()),
  );
  return [target, { ...init, headers: { ...Object.fromEntries(kept), ...headers } }];
}

/** Another origin is told what is wanted, and nothing about who wants it. */
function withoutSecrets(init: FetchInit): FetchInit {
  const accept = Object.entries(init.headers ?? {}).filter(
    ([name]) => name.toLowerCase() === "accept",
  );
  return { ...init, headers: Object.fromEntries(accept) };
}

const WITHOUT_BODY = new Set([204, 205, 304]);

/** Node's own `fetch` takes no certificates. */
function fetchTrusting(
  ca: string,
  url: URL,
  { method = "GET", headers = {}, body, signal }: FetchInit,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const request = https.request(url, {
      method,
      headers: { ...headers, ...length },
      ca,
      minVersion: "TLSv1.2",
      ...(signal ? { signal } : {}),
    });
    request.once("error", reject);
    request.once("response", (message) => {
      const status = message.statusCode ?? 0;
      const pairs = Object.entries(message.headersDistinct).flatMap(([name, values = []]) =>
        values.map((value): [string, string] => [name, value]),
      );
      const hasBody = method !== "HEAD" && !WITHOUT_BODY.has(status);
      if (!hasBody) message.resume();
      const stream = hasBody ? (Readable.toWeb(message) as ReadableStream<Uint8Array>) : null;
      const response = new Response(stream, { status, headers: pairs });
      // As Node's own says it: links in the document are relative to it.
      resolve(Object.defineProperty(response, "url", { value: url.href }));
    });
    request.end(body);
  });
}
