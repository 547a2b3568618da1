import { parseWebLinks } from "./web-links";

/** What a server says about one of its resources in `/.well-known/core`. */
export interface CoreLink {
  /** Absolute. */
  readonly url: string;
  /** Resource types: `wot.thing`, `wot.directory` and others. */
  readonly resourceTypes: readonly string[];
  /** Numbers of the content formats it is served in. */
  readonly contentFormats: readonly number[];
}

/**
 * Links in CoRE link format.
 *
 * @param base URL of the document; what the targets are relative to
 * @throws InputError
 * @see RFC 6690
 */
export function parseCoreLinks(text: string, base: string): CoreLink[] {
  return parseWebLinks(text).flatMap(({ target, attributes }) => {
    const url = resolveUrl(target, base);
    if (url === undefined) return [];
    return [
      {
        url,
        resourceTypes: wordsOf(attributes.rt),
        contentFormats: wordsOf(attributes.ct).map(Number).filter(Number.isSafeInteger),
      },
    ];
  });
}

/** URLs of the Thing Descriptions among the links. @see W3C WoT Discovery, section 6.4 */
export function introductionsOf(links: readonly CoreLink[]): string[] {
  return links
    .filter(({ resourceTypes }) =>
      resourceTypes.some((type) => type === "wot.thing" || type === "wot.directory"),
    )
    .map(({ url }) => url);
}

/** undefined: it is no URL. */
export function resolveUrl(reference: string, base: string): string | undefined {
  return URL.canParse(reference, base) ? new URL(reference, base).href : undefined;
}

function wordsOf(text: string | undefined): string[] {
  return (text ?? "").split(/\s+/).filter((word) => word !== "");
}
