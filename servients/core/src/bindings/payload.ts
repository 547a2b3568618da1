import { isUtf8 } from "node:buffer";
import { Readable } from "node:stream";
import { type Content, ContentSerdes } from "@node-wot/core";
import type { DataSchema, DataSchemaValue } from "wot-typescript-definitions";
import { InputError, InternalError, UnsupportedMediaTypeError } from "../errors";
import { CBOR_TYPE, encodeCbor } from "./cbor";

/** One message body in memory. Every body is bounded before it gets here. */
export interface Payload {
  readonly type: string;
  readonly body: Buffer;
}

export const JSON_TYPE = "application/json";

/** Media types of values, preferred one first. */
export function valueTypes(cbor: boolean): readonly string[] {
  return cbor ? [JSON_TYPE, CBOR_TYPE] : [JSON_TYPE];
}

/** A Content whose bytes are at hand: node-wot gets them without the ticks of a stream. */
class BufferedContent implements Content {
  type: string;
  readonly #bytes: Buffer;
  #stream: Readable | undefined;

  constructor(payload: Payload) {
    this.type = payload.type;
    this.#bytes = payload.body;
  }

  get payload(): Payload {
    return { type: this.type, body: this.#bytes };
  }

  get body(): Readable {
    this.#stream ??= Readable.from([this.#bytes]);
    return this.#stream;
  }

  async toBuffer(): Promise<Buffer> {
    return this.#bytes;
  }
}

/**
 * A Content that says which affordance it comes from: a notification of a subscription to a whole
 * Thing, whose listener could not tell otherwise.
 */
export interface AffordanceContent extends Content {
  readonly affordance: string;
}

export function isAffordanceContent(content: Content): content is AffordanceContent {
  return typeof (content as Partial<AffordanceContent>).affordance === "string";
}

/** Wraps bytes as node-wot's Content, and names the affordance they come from. */
export function toAffordanceContent(payload: Payload, affordance: string): AffordanceContent {
  return Object.assign(new BufferedContent(payload), { affordance });
}

/** Wraps bytes as node-wot's Content. */
export function toContent(payload: Payload): Content {
  return new BufferedContent(payload);
}

/** What a Content holds that is in memory already; undefined for one that has to be read. */
export function payloadAtHand(content: Content): Payload | undefined {
  return content instanceof BufferedContent ? content.payload : undefined;
}

export async function fromContent(content: Content): Promise<Payload> {
  const atHand = payloadAtHand(content);
  if (atHand) return atHand;
  const isStream = content.body instanceof Readable;
  const body = isStream ? await drain(content.body as Readable) : await content.toBuffer();
  return { type: content.type, body };
}

/** Reads a stream to its end. One that already holds its only chunk costs a single tick. */
function drain(stream: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const take = (): void => {
      for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) {
        chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
      }
    };
    stream.on("end", () => resolve(chunks[0] && !chunks[1] ? chunks[0] : Buffer.concat(chunks)));
    stream.on("error", reject);
    stream.on("close", () => {
      // A destroyed stream never ends. An error costs its stack trace: none where all went well.
      if (!stream.readableEnded) reject(new InternalError("the payload's stream was interrupted"));
    });
    stream.on("readable", take);
    take();
  });
}

/** Media type without parameters, lower case. */
export function mediaType(contentType: string): string {
  return ContentSerdes.getMediaType(contentType).toLowerCase();
}

/**
 * The format behind a structured suffix, for who takes any of them: `application/merge-patch+json`
 * is written and read as JSON. Other types as they are.
 *
 * @see RFC 6839, section 3.1; RFC 8949, section 9.5
 */
export function plainType(contentType: string): string {
  const type = mediaType(contentType);
  if (type.endsWith("+json")) return JSON_TYPE;
  return type.endsWith("+cbor") ? CBOR_TYPE : contentType;
}

/**
 * Bytes → value by the codec of their media type.
 * @throws UnsupportedMediaTypeError, InputError when the bytes are not that format
 */
export function decode(payload: Payload, schema: DataSchema): DataSchemaValue | undefined {
  const serdes = ContentSerdes.get();
  const type = payload.type === JSON_TYPE ? JSON_TYPE : mediaType(payload.type);
  if (!serdes.isSupported(type)) {
    throw new UnsupportedMediaTypeError(payload.type, serdes.getSupportedMediaTypes());
  }
  if (payload.body.length === 0) return undefined;
  try {
    // node-wot's JSON codec takes text that is not JSON for a string: it must not see any.
    if (type === JSON_TYPE || type.endsWith("+json")) return parseJson(payload.body);
    return serdes.contentToValue({ type: payload.type, body: payload.body }, schema);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const got = payload.body.subarray(0, 64).toString("utf8");
    throw new InputError({ path: "", got, wanted: `well-formed ${payload.type}` }, { cause });
  }
}

/**
 * Value → bytes of one of the media types every binding of ours has a form for.
 * @param value undefined gives an empty body
 * @throws TypeError for a value without a JSON form
 */
export function encode(value: unknown, type: string = JSON_TYPE): Payload {
  if (value === undefined) return { type, body: Buffer.alloc(0) };
  const body = type === CBOR_TYPE ? encodeCbor(value) : Buffer.from(JSON.stringify(value) ?? "");
  return { type, body };
}

function parseJson(body: Buffer): DataSchemaValue {
  if (!isUtf8(body)) throw new SyntaxError("not UTF-8");
  return JSON.parse(body.toString("utf8")) as DataSchemaValue;
}
