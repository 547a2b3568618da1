import { type Content, ContentSerdes } from "@node-wot/core";
import { CBOR_TYPE } from "./cbor";
import { encode, JSON_TYPE, toContent } from "./payload";

const shortened = new WeakSet<ContentSerdes>();

/**
 * Lets node-wot wrap values it encodes as bytes at hand. It would put each into a stream, which
 * costs more than everything else of a property read together, for us to take out again. The stream
 * is there as before for whoever asks for it; other media types, streams and values without a
 * form of their own go node-wot's way.
 *
 * Done once a process, by the first binding of ours that is made: node-wot has one registry of
 * codecs for all Servients.
 */
export function keepContentsInMemory(): void {
  const serdes = ContentSerdes.get();
  if (shortened.has(serdes)) return;
  shortened.add(serdes);
  const streaming = serdes.valueToContent;
  serdes.valueToContent = function valueToContent(value, schema, contentType = JSON_TYPE): Content {
    const isKnown = contentType === JSON_TYPE || contentType === CBOR_TYPE;
    if (isKnown && isPlain(value)) return toContent(encode(value, contentType));
    return streaming.call(serdes, value, schema, contentType);
  };
}

/** Neither a stream nor what JSON has no form for. */
function isPlain(value: unknown): boolean {
  if (typeof value === "object") return value === null || !("getReader" in value);
  return typeof value === "number" || typeof value === "string" || typeof value === "boolean";
}
