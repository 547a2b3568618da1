import { ThingModelError } from "../errors";
import type { JsonObject } from "../json/json";
import { type CompositionOptions, type Part, partsOf } from "./composition";
import { completeSecurity } from "./instantiate";

export interface ComposeThingsOptions extends CompositionOptions {
  /** Address of a Thing Description of the set, from its name. @default `./<name>.td.jsonld` */
  readonly hrefOf?: (name: string) => string;
}

/** One Thing of a composed set. */
export interface ComposedThing {
  /** Unique within the set: the submodel's instance name where there is one. */
  readonly name: string;
  /** Name of the Thing it is part of; undefined for the whole. */
  readonly parent: string | undefined;
  /** Thing Description without forms, linked to its parts (`item`) and to its whole (`collection`). */
  readonly td: JsonObject;
}

/**
 * One Thing Description a model: of the model itself and of every submodel, transitively, the whole
 * first. Two submodels of one name are told apart by a number, equal names in different parts by the
 * part's name.
 *
 * @see TD 1.1, section 9.3.3: the recommended strategy
 * @throws ThingModelError for a circle, two equal ids or an unknown instance; MissingPlaceholderError
 */
export function composeThings(model: JsonObject, options: ComposeThingsOptions): ComposedThing[] {
  const { hrefOf = (name) => `./${encodeURIComponent(name)}.td.jsonld` } = options;
  const parts = partsOf(model, options);
  refuseTwins(parts, options.source);
  return parts.map(({ name, parent, td }) => {
    const items = parts.filter((part) => part.parent === name);
    const links = [
      ...(parent === undefined ? [] : [link("collection", hrefOf(parent))]),
      ...items.map((item) => link("item", hrefOf(item.name))),
      ...(Array.isArray(td.links) ? td.links : []),
    ];
    return { name, parent, td: completeSecurity(links.length === 0 ? td : { ...td, links }) };
  });
}

function link(rel: string, href: string): JsonObject {
  return { rel, href, type: "application/td+json" };
}

function refuseTwins(parts: readonly Part[], source: string): void {
  const byId = new Map<string, string>();
  for (const { name, td } of parts) {
    if (typeof td.id !== "string") continue;
    const twin = byId.get(td.id);
    if (twin !== undefined) {
      throw new ThingModelError(
        source,
        "/id",
        `${twin} and ${name} would both have the id ${td.id}: give each its own placeholders`,
      );
    }
    byId.set(td.id, name);
  }
}
