import { Readable } from "node:stream";
import { Content, ContentSerdes } from "@node-wot/core";
import type { DataSchema, DataSchemaValue } from "wot-typescript-definitions";
import { InputError, UnsupportedMediaTypeError } from "../errors";

/** One message body in memory. Every body is bounded before it gets here. */
export interface Payload {
  readonly type: string;
  readonly body: Buffer;
}

export const JSON_TYPE = "application/json";

/** Wraps bytes as node-wot's stream-bodied Content. */
export function toContent(payload: Payload): Content {
  return new Content(payload.type, Readable.from([payload.body]));
}

export async function fromContent(content: Content): Promise<Payload> {
  return { type: content.type, body: await content.toBuffer() };
}

/** Media type without parameters, lower case. */
export function mediaType(contentType: string): string {
  return ContentSerdes.getMediaType(contentType).toLowerCase();
}

/**
 * Bytes → value by the codec of their media type.
 * @throws UnsupportedMediaTypeError, InputError when the bytes are not that format
 */
export function decode(payload: Payload, schema: DataSchema): DataSchemaValue | undefined {
  const serdes = ContentSerdes.get();
  if (!serdes.isSupported(payload.type)) {
    throw new UnsupportedMediaTypeError(payload.type, serdes.getSupportedMediaTypes());
  }
  if (payload.body.length === 0) return undefined;
  try {
    return serdes.contentToValue({ type: payload.type, body: payload.body }, schema);
  } catch (cause) {
    const got = payload.body.subarray(0, 64).toString("utf8");
    throw new InputError({ path: "", got, wanted: `well-formed ${payload.type}` }, { cause });
  }
}
