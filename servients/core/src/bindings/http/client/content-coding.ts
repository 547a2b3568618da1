import { promisify } from "node:util";
import zlib from "node:zlib";
import type { Form } from "@node-wot/core";
import {
  InputError,
  InteractionError,
  PayloadTooLargeError,
  UnsupportedMediaTypeError,
} from "../../../errors";
import type { HttpAnswer } from "./transport";

interface Coding {
  encode(body: Buffer): Promise<Buffer>;
  decode(body: Buffer, options: { maxOutputLength: number }): Promise<Buffer>;
}

const gzip: Coding = { encode: promisify(zlib.gzip), decode: promisify(zlib.gunzip) };

/** @see RFC 9110, section 8.4.1; RFC 7932 */
const CODINGS = new Map<string, Coding>([
  ["gzip", gzip],
  ["x-gzip", gzip],
  ["deflate", { encode: promisify(zlib.deflate), decode: promisify(zlib.inflate) }],
  ["br", { encode: promisify(zlib.brotliCompress), decode: promisify(zlib.brotliDecompress) }],
]);

/**
 * The coding a form asks for, in lower case; undefined where it names none.
 * @throws InputError for one that is not spoken here
 */
export function codingOf(form: Form): string | undefined {
  const named = form.contentCoding?.trim().toLowerCase();
  if (named === undefined || named === "" || named === "identity") return undefined;
  if (CODINGS.has(named)) return named;
  const wanted = `one of ${[...CODINGS.keys()].join(", ")}`;
  throw new InputError({ path: "/contentCoding", got: form.contentCoding, wanted });
}

export async function encodeBody(body: Buffer, coding: string | undefined): Promise<Buffer> {
  return (coding === undefined ? undefined : CODINGS.get(coding)?.encode(body)) ?? body;
}

/**
 * An answer without its content codings, whether they were asked for or not.
 *
 * @param maxBytes of the body decoded
 * @throws InteractionError with status 502 for a body that is not what its header says;
 *   PayloadTooLargeError
 */
export async function decodeAnswer(
  href: string,
  answer: HttpAnswer,
  maxBytes: number,
): Promise<HttpAnswer> {
  const header = answer.headers["content-encoding"];
  if (header === undefined || answer.body.length === 0) return answer;
  // The last that was applied is the first to be taken off.
  const codings = header.split(",").reverse();
  let { body } = answer;
  for (const name of codings.map((coding) => coding.trim().toLowerCase())) {
    if (name === "" || name === "identity") continue;
    body = await decode(href, name, body, maxBytes);
  }
  return { ...answer, body };
}

async function decode(href: string, name: string, body: Buffer, max: number): Promise<Buffer> {
  const coding = CODINGS.get(name);
  const options = { maxOutputLength: max };
  try {
    if (coding) return await coding.decode(body, options);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw new PayloadTooLargeError(max);
    }
    throw new InteractionError(href, 502, undefined, { cause: cause as Error });
  }
  const cause = new UnsupportedMediaTypeError(`content coding ${name}`, [...CODINGS.keys()]);
  throw new InteractionError(href, 502, undefined, { cause });
}
