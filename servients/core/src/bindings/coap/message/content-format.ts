/**
 * Content-Format numbers of the media types this binding meets (IANA registry "CoAP Content-Formats").
 */
const NUMBERS = new Map<string, number>([
  ["text/plain", 0],
  ["application/link-format", 40],
  ["application/xml", 41],
  ["application/octet-stream", 42],
  ["application/exi", 47],
  ["application/json", 50],
  ["application/json-patch+json", 51],
  ["application/merge-patch+json", 52],
  ["application/cbor", 60],
  ["application/cbor-seq", 63],
  ["application/senml+json", 110],
  ["application/senml+cbor", 112],
  ["application/td+json", 432],
]);

const TYPES = new Map([...NUMBERS].map(([type, number]) => [number, type]));

export const ContentFormat = {
  linkFormat: 40,
  json: 50,
  td: 432,
} as const;

/** The media type of a Content-Format number; undefined where it is not one of ours. */
export function contentTypeOf(format: number): string | undefined {
  return TYPES.get(format);
}

/** The Content-Format of a media type, parameters ignored; undefined where none is registered. */
export function contentFormatOf(contentType: string): number | undefined {
  return (
    NUMBERS.get(contentType) ??
    NUMBERS.get(contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "")
  );
}
