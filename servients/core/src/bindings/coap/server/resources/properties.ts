import { namesIn } from "../../../operation-variables";
import { JSON_TYPE } from "../../../payload";
import { propertySet, readProperties, writeProperties } from "../../../property-sets";
import { Code } from "../../message";
import { response } from "../exchange";
import { inputType, negotiate, type RoutedRequest } from "../request";
import type { ThingEntry } from "../thing-entry";
import { indexOf } from "../thing-entry";
import { CHANGES } from "../thing-forms";
import type { Observing } from "./observing";
import { notAllowed, type Outcome, represent, STALE_AT_ONCE } from "./represent";
import { answerWholeFeed } from "./whole-feed";

/** GET reads all readable properties or those named, or observes the changes; PUT writes those sent. */
export async function answerProperties(
  entry: ThingEntry,
  request: RoutedRequest,
  types: readonly string[],
  observing: Observing,
): Promise<Outcome> {
  const isAboutChanges = request.options.queries.includes(CHANGES);
  if (isAboutChanges && entry.notifying("properties").length > 0) {
    return answerWholeFeed(entry, "properties", request, types, observing);
  }
  if (request.code === Code.get) return read(entry, request, types);
  if (request.code === Code.put) return write(entry, request, types);
  throw notAllowed(request, "the set of properties");
}

/** One that fails fails the whole. */
async function read(
  entry: ThingEntry,
  request: RoutedRequest,
  types: readonly string[],
): Promise<Outcome> {
  const { gate, options } = request;
  const { id } = entry.thing;
  gate.pass(id, options.queries.length > 0 ? "readmultipleproperties" : "readallproperties");
  const type = negotiate(options, types);
  const { readable } = entry;
  const named = namesIn(request.query, entry.namesParameter, readable);
  // All stands for all the asker may read; who names one gets the refusal.
  for (const name of named ?? []) gate.pass(id, "readproperty", "properties", name);
  const names =
    named ?? readable.filter((name) => gate.permits(id, "readproperty", "properties", name));
  const formIndexOf = (name: string): number =>
    indexOf(entry.forms("properties", name).read, JSON_TYPE);
  const values = await readProperties(entry.thing, names, formIndexOf);
  return { response: represent(Code.content, propertySet(values, type), STALE_AT_ONCE) };
}

async function write(
  entry: ThingEntry,
  request: RoutedRequest,
  types: readonly string[],
): Promise<Outcome> {
  const { gate, options } = request;
  const { thing } = entry;
  gate.pass(thing.id, "writemultipleproperties");
  if (entry.writable.length === 0) throw notAllowed(request, "the set of properties");
  const input = { type: inputType(options, types), body: request.payload };
  await writeProperties(
    thing,
    input,
    (name) => entry.forms("properties", name).write,
    (name) => gate.pass(thing.id, "writeproperty", "properties", name),
  );
  return { response: response(Code.changed) };
}
