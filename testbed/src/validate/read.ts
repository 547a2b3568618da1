import * as fs from "node:fs";
import { ConfigError, PayloadTooLargeError, startServient, UnreachableError } from "@fogwot/core";
import { isUrl } from "./sources";

const FETCH_LIMIT_MS = 10_000;
const LARGEST_BYTES = 16 * 1024 * 1024;

/** A document as text, with its media type where a server told one. */
export interface ReadText {
  readonly text: string;
  readonly contentType?: string;
}

/**
 * @param name a file, "-" for stdin, or a URL: http, https, or any that a protocol client of ours takes
 * @throws ConfigError, UnreachableError, PayloadTooLargeError
 */
export async function readText(name: string): Promise<ReadText> {
  if (/^https?:\/\//i.test(name)) return download(name);
  if (isUrl(name)) return request(name);
  try {
    if (name !== "-" && fs.statSync(name).size > LARGEST_BYTES) {
      throw new PayloadTooLargeError(LARGEST_BYTES);
    }
    return { text: fs.readFileSync(name === "-" ? 0 : name, "utf8") };
  } catch (cause) {
    if (cause instanceof PayloadTooLargeError) throw cause;
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(name, [{ path: "", got, wanted: "a file that can be read" }], { cause });
  }
}

async function download(url: string): Promise<ReadText> {
  try {
    const response = await fetch(url, {
      headers: { accept: "application/td+json, application/json;q=0.9, application/tm+json;q=0.9" },
      signal: AbortSignal.timeout(FETCH_LIMIT_MS),
    });
    if (!response.ok) throw new UnreachableError(url, `${response.status} ${response.statusText}`);
    const text = await bounded(response);
    const contentType = response.headers.get("content-type");
    return contentType === null ? { text } : { text, contentType };
  } catch (cause) {
    if (cause instanceof UnreachableError || cause instanceof PayloadTooLargeError) throw cause;
    throw new UnreachableError(url, String(cause), { cause });
  }
}

/** The body as far as the limit. */
async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LARGEST_BYTES) throw new PayloadTooLargeError(LARGEST_BYTES);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** `coap://…` and the like: as a mash-up would ask for it. */
async function request(url: string): Promise<ReadText> {
  const scheme = url.slice(0, url.indexOf(":")).toLowerCase();
  const client = await startServient({ name: "fogwot-validate", requestTimeoutMs: FETCH_LIMIT_MS });
  try {
    if (!client.servient.hasClientFor(scheme)) {
      throw new UnreachableError(url, `there is no client for ${scheme}`);
    }
    const content = await client.servient.getClientFor(scheme).requestThingDescription(url);
    return { text: (await content.toBuffer()).toString("utf8"), contentType: content.type };
  } finally {
    await client.stop();
  }
}
