import type * as WoT from "wot-typescript-definitions";
import { toListingPage } from "./documents/listing-page";
import { DiscoveryFailedError, InvalidThingDescriptionError, NotADirectoryError } from "./errors";
import { checkDescription, Exploration } from "./exploration";
import { isThingDirectory } from "./exploratory-types";
import type { DiscoveryOptions } from "./options";
import { ThingDiscovery } from "./thing-discovery";
import { compileQuery } from "./thing-query";

/**
 * Finds Things from introductions: URLs of Thing Descriptions, of directories, of Thing Links, of
 * listings, and of `/.well-known/core`, in any mixture. What cannot be read is among the findings, and
 * the rest is found all the same. Of several descriptions of one Thing the first one counts, so the
 * most trusted introduction comes first.
 *
 * ```ts
 * const things = discover(["http://plant.local/.well-known/wot"], { query: { type: ["saref:Sensor"] } });
 * for await (const td of things) console.log(td.title);
 * for (const { url, message } of things.findings) console.warn(url, message);
 * ```
 *
 * @throws InputError for a query that is none
 */
export function discover(
  introductions: readonly string[],
  options: DiscoveryOptions = {},
): ThingDiscovery {
  const { discovery, exploration, begin } = prepare(options);
  for (const url of introductions) exploration.add(url);
  begin(false);
  return discovery;
}

/**
 * Everything that a directory lists. The iteration fails at its end when the listing could not be read
 * to its own: what came until then is right, and not all.
 *
 * @param url of the directory's Thing Description, or of its listing
 * @throws NotADirectoryError, InvalidThingDescriptionError, DiscoveryFailedError (no JSON),
 *   InteractionError, InteractionTimeoutError, UnreachableError, PayloadTooLargeError; InputError for a
 *   query that is none
 */
export async function exploreDirectory(
  url: string,
  options: DiscoveryOptions = {},
): Promise<ThingDiscovery> {
  const { discovery, exploration, begin } = prepare(options);
  const document = await exploration.fetch(url);
  const value = parse(document.body, url);
  if (!toListingPage(document, value)) {
    const finding = checkDescription(value, { url });
    if (finding) throw new InvalidThingDescriptionError(finding);
    const td = value as WoT.ThingDescription & Readonly<Record<string, unknown>>;
    if (!isThingDirectory(td)) throw new NotADirectoryError(url, `a Thing named ${td.title}`);
  }
  exploration.add(url, document);
  begin(true);
  return discovery;
}

/**
 * The Thing Description at a URL.
 *
 * @throws InvalidThingDescriptionError, and as `exploreDirectory`
 */
export async function requestThingDescription(
  url: string,
  options: DiscoveryOptions = {},
): Promise<WoT.ThingDescription> {
  const { exploration } = prepare(options);
  const { body } = await exploration.fetch(url);
  const value = parse(body, url);
  const finding = checkDescription(value, { url });
  if (finding) throw new InvalidThingDescriptionError(finding);
  return value as WoT.ThingDescription;
}

/** The well-known URL at which a server describes itself. @see RFC 8615 */
export function wellKnownUrl(origin: string): string {
  return new URL("/.well-known/wot", origin).href;
}

function prepare(options: DiscoveryOptions) {
  const { query = {}, readMeaning, signal } = options;
  const isWanted = compileQuery(query, readMeaning);
  const discovery = new ThingDiscovery();
  const both = signal ? AbortSignal.any([signal, discovery.signal]) : discovery.signal;
  const exploration = new Exploration(options, both, (finding, isRoot) =>
    discovery.note(finding, isRoot),
  );
  const begin = (throwsAtEnd: boolean) => discovery.begin(exploration, isWanted, throwsAtEnd);
  return { discovery, exploration, begin };
}

function parse(body: Buffer, url: string): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw new DiscoveryFailedError({
      code: "NOT_READABLE",
      url,
      message: `no JSON: ${thrown.message}`,
    });
  }
}
