import http from "node:http";
import https from "node:https";
import { InteractionError, InteractionTimeoutError, UnreachableError } from "@fogwot/core";

export interface JsonRequest {
  readonly method: "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent with the query, and shown in no error. */
  readonly secretQuery?: Readonly<Record<string, string>>;
  /** Certificates to trust instead of those Node comes with, PEM. */
  readonly ca?: string;
  readonly body?: { readonly type: string; readonly value: unknown };
  readonly timeoutMs: number;
}

/**
 * One request whose answer's body does not matter.
 * @returns the status code below 400
 * @throws InteractionError, InteractionTimeoutError, UnreachableError
 */
export function requestJson(asked: JsonRequest): Promise<number> {
  const { method, url, headers, secretQuery = {}, ca, body, timeoutMs } = asked;
  const target = new URL(url);
  for (const [name, value] of Object.entries(secretQuery)) target.searchParams.set(name, value);
  const payload = body && Buffer.from(JSON.stringify(body.value));
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request = (url.startsWith("https:") ? https : http).request(target, {
      method,
      signal,
      ...(ca === undefined ? {} : { ca }),
      headers: {
        ...headers,
        ...(payload ? { "content-type": body.type, "content-length": payload.length } : {}),
      },
    });
    request.once("error", (cause) => {
      if (signal.aborted) reject(new InteractionTimeoutError(url, timeoutMs, { cause }));
      else reject(new UnreachableError(url, cause.message, { cause }));
    });
    request.once("response", (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      if (status < 400) resolve(status);
      else reject(new InteractionError(url, status, undefined));
    });
    request.end(payload);
  });
}
