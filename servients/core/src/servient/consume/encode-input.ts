import { type Content, ContentSerdes, type Form, ProtocolHelpers } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { CBOR_TYPE } from "../../bindings/cbor";
import { encode, JSON_TYPE, mediaType, plainType, toContent } from "../../bindings/payload";
import { validate } from "../../bindings/schema";
import { InputError, InteractionError, UnsupportedMediaTypeError } from "../../errors";

/**
 * What a script hands over, as the form's media type has it. A stream goes as it is.
 *
 * @throws InteractionError when the value does not fit the schema: it is not sent;
 *   UnsupportedMediaTypeError
 * @see TD 1.1, td-client-data-schema
 */
export async function encodeInput(
  input: WoT.InteractionInput,
  schema: WoT.DataSchema,
  form: Form,
): Promise<Content> {
  const type = form.contentType ?? JSON_TYPE;
  if (isStream(input)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of ProtocolHelpers.toNodeStream(input)) {
      chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Uint8Array));
    }
    return toContent({ type, body: Buffer.concat(chunks) });
  }
  refuseMisfit(input, schema, form);
  const plain = mediaType(plainType(type));
  if (plain === JSON_TYPE || plain === CBOR_TYPE) {
    return toContent({ ...encode(input, plain), type });
  }
  const serdes = ContentSerdes.get();
  if (!serdes.isSupported(type)) {
    throw new UnsupportedMediaTypeError(type, serdes.getSupportedMediaTypes());
  }
  return serdes.valueToContent(input, schema, type);
}

/**
 * Nothing that does not fit is sent; the error is the one that the Thing would have answered.
 *
 * @param at JSON Pointer of the value in what is sent
 * @throws InteractionError with status 400, problem details and the InputError as cause
 */
export function refuseMisfit(value: unknown, schema: WoT.DataSchema, form: Form, at = ""): void {
  try {
    validate(value, schema, at);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new InteractionError(form.href, cause.status, cause.toProblem(), { cause });
  }
}

function isStream(input: WoT.InteractionInput): input is ReadableStream {
  return typeof (input as ReadableStream | null)?.getReader === "function";
}
