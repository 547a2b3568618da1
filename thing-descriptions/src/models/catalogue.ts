import fs from "node:fs";
import path from "node:path";
import { ThingModelError, UnknownThingModelError } from "../errors";
import { isObject, type JsonObject } from "../json/json";
import { packageFile } from "../package-file";
import { composeThingModel, type LoadModel } from "./compose";

const SUFFIX = ".tm.jsonld";

/** Every Thing Model there is, by file name: adding `models/<type>.tm.jsonld` is registering it. */
export function listThingModels(): string[] {
  return fs
    .readdirSync(packageFile("models"))
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

/**
 * @param type file name without suffix: `climate-dht11`
 * @returns the absolute path of the model
 * @throws UnknownThingModelError
 */
export function thingModelFile(type: string): string {
  const known = listThingModels();
  if (!known.includes(type)) throw new UnknownThingModelError(type, known);
  return packageFile("models", `${type}${SUFFIX}`);
}

/** @throws ThingModelError where the file cannot be read or holds no JSON object */
export function readThingModel(file: string): JsonObject {
  const name = path.basename(file);
  let value: unknown;
  try {
    value = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (cause) {
    throw new ThingModelError(name, "", "cannot be read as JSON", { cause });
  }
  if (!isObject(value)) throw new ThingModelError(name, "", "not a JSON object");
  return value;
}

const URN = "urn:fogwot:model:";

/** What the `type` link of an instance names the model by: a name, not an address. */
export function modelUrn(type: string): string {
  return `${URN}${type}`;
}

/** The model a `type` link names, resolved so that it stands for itself; undefined where it is not ours. */
export function modelOfUrn(href: string): JsonObject | undefined {
  const type = href.startsWith(URN) ? href.slice(URN.length) : undefined;
  if (type === undefined || !listThingModels().includes(type)) return undefined;
  const source = thingModelFile(type);
  return composeThingModel({ source, model: readThingModel(source) }, loadModelFile);
}

/** Reads models from files only: nothing is ever loaded from the network. */
export const loadModelFile: LoadModel = (href, from) => {
  if (/^[a-z][a-z0-9+.-]*:/i.test(href)) {
    throw new ThingModelError(from, "", `${href}: only Thing Models in files are read`);
  }
  const file = path.resolve(path.dirname(from), href);
  return { source: file, model: readThingModel(file) };
};
