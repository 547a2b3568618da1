import { ThingModelError } from "../errors";
import { isObject, type JsonObject } from "../json/json";
import type { LoadedModel, LoadModel } from "./compose";

/** One Thing Model that another is composed of. */
export interface Submodel {
  readonly loaded: LoadedModel;
  /** How the composing model names the file; the TD's link `type`, where none is given. */
  readonly href: string;
  /** `instanceName`, else the file's name without suffix. */
  readonly name: string;
}

/**
 * The submodels of a model, those of the models it extends first. One of an extended model is replaced
 * by one of the same instance name: it is narrowed, not added.
 *
 * @see TD 1.1, section 9.3.3
 * @throws ThingModelError
 */
export function submodelsOf(loaded: LoadedModel, load: LoadModel): Submodel[] {
  const found: Submodel[] = [];
  const named = new Map<string, number>();
  for (const { model, source } of withExtended(loaded, load, [])) {
    for (const [index, link] of linksOf(model).entries()) {
      if (link.rel !== "tm:submodel") continue;
      const { href, instanceName } = link;
      if (typeof href !== "string") {
        throw new ThingModelError(source, `/links/${index}`, "a submodel without href");
      }
      const submodel = {
        loaded: load(href, source),
        href,
        name: typeof instanceName === "string" ? instanceName : fileName(href),
      };
      const at = typeof instanceName === "string" ? named.get(instanceName) : undefined;
      if (at !== undefined) found[at] = submodel;
      else {
        if (typeof instanceName === "string") named.set(instanceName, found.length);
        found.push(submodel);
      }
    }
  }
  return found;
}

/** The extended models, the farthest first, then the model itself: each with the source its links are relative to. */
function withExtended(
  loaded: LoadedModel,
  load: LoadModel,
  visited: readonly string[],
): LoadedModel[] {
  if (visited.includes(loaded.source)) return [];
  const chain = [...visited, loaded.source];
  const bases = linksOf(loaded.model).flatMap((link) =>
    link.rel === "tm:extends" && typeof link.href === "string"
      ? withExtended(load(link.href, loaded.source), load, chain)
      : [],
  );
  return [...bases, loaded];
}

function linksOf(model: JsonObject): JsonObject[] {
  return Array.isArray(model.links) ? model.links.filter(isObject) : [];
}

/** `./models/LED.tm.jsonld` → `LED`. */
export function fileName(href: string): string {
  const [path = ""] = href.split(/[?#]/);
  const file = path.slice(path.lastIndexOf("/") + 1);
  return file.replace(/(?:\.tm)?\.json(?:ld)?$/i, "") || "thing";
}
