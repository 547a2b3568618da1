import { isObject, type JsonObject } from "../json/json";
import { setMember } from "../json/merge-patch";
import { type CompositionOptions, partsOf } from "./composition";
import { uniteContexts } from "./contexts";
import { AFFORDANCES, embed, freeName } from "./embed";
import { completeSecurity } from "./instantiate";

/**
 * One self-contained Thing Description without forms, with the affordances of a model and of all its
 * submodels.
 *
 * An affordance keeps its name where no other has it. Where two have the same, those of parts are
 * called `<part>_<name>`; the whole's own keeps the plain name.
 *
 * @see TD 1.1, section 9.3.3: the other strategy
 * @throws ThingModelError for a circle, two meanings of one prefix or an unknown instance;
 *   MissingPlaceholderError
 */
export function composeSingleThing(model: JsonObject, options: CompositionOptions): JsonObject {
  const [whole, ...parts] = partsOf(model, options);
  const td = structuredClone(whole?.td ?? {});
  const embedded = parts.map((part) => {
    const own = structuredClone(part.td);
    td["@context"] = uniteContexts(td["@context"], own["@context"], options.source);
    return { name: part.name, affordances: embed(own, part.name, td) };
  });
  for (const kind of AFFORDANCES) {
    const all: JsonObject = isObject(td[kind]) ? td[kind] : {};
    const counts = new Map(Object.keys(all).map((name) => [name, 1]));
    const named = embedded.flatMap(({ name: part, affordances }) =>
      Object.entries(affordances[kind] ?? {}).map(([name, affordance]) => ({
        part,
        name,
        affordance,
      })),
    );
    for (const { name } of named) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const { part, name, affordance } of named) {
      const isUnique = counts.get(name) === 1;
      setMember(all, freeName(all, isUnique ? name : `${part}_${name}`, part), affordance);
    }
    if (Object.keys(all).length > 0) td[kind] = all;
  }
  return completeSecurity(td);
}
