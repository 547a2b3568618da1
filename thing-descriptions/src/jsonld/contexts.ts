import fs from "node:fs";
import { isObject } from "../json/json";
import { packageFile } from "../package-file";
import { DATA_SCHEMA } from "./vocabulary/data-schema";
import { DISCOVERY, DISCOVERY_DID } from "./vocabulary/discovery";
import { HYPERMEDIA } from "./vocabulary/hypermedia";
import { SECURITY } from "./vocabulary/security";
import type { Context } from "./vocabulary/terms";
import { THING } from "./vocabulary/thing";

/** TD 1.0 and 1.1 share one context: 1.1 added terms to it, and changed none. */
const STANDARD: Readonly<Record<string, Context>> = {
  "https://www.w3.org/2019/wot/td/v1": THING,
  "https://www.w3.org/2022/wot/td/v1.1": THING,
  "https://www.w3.org/2022/wot/discovery": DISCOVERY,
  "https://www.w3.org/2022/wot/discovery-did": DISCOVERY_DID,
  "https://www.w3.org/2019/wot/json-schema": DATA_SCHEMA,
  "https://www.w3.org/2019/wot/security": SECURITY,
  "https://www.w3.org/2019/wot/hypermedia": HYPERMEDIA,
};
const OURS = "https://fogwot.dev/ns";

let ours: Context | undefined;

/** Our own terms and the prefixes of our models: `@context` of `context/fogwot.jsonld`. */
export function fogwotContext(): Context {
  if (!ours) {
    const file = packageFile("context", "fogwot.jsonld");
    const document: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    const context = isObject(document) ? document["@context"] : undefined;
    ours = isObject(context) ? context : {};
  }
  return ours;
}

/** The contexts at hand, by URL. No other is ever looked for. */
export function knownContexts(): string[] {
  return [...Object.keys(STANDARD), OURS];
}

/** The context a URL names; undefined where it is not at hand. */
export function standardContext(url: string): Context | undefined {
  const name = canonical(url);
  return name === OURS ? fogwotContext() : STANDARD[name];
}

/** One name for what is one document: W3C answers at both schemes. */
export function canonical(url: string): string {
  return url.replace(/^http:/i, "https:").replace(/#$/, "");
}
