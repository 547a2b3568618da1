import path from "node:path";
import { MissingPlaceholderError, ThingModelError } from "../errors";
import { isObject, type JsonObject } from "../json/json";
import { parsePointer } from "../json/pointer";
import type { ExposedThingInit } from "../types";
import { loadModelFile, modelUrn, readThingModel, thingModelFile } from "./catalogue";
import { composeThingModel, type LoadModel } from "./compose";
import { placeholdersOf, replacePlaceholders } from "./placeholders";

/** What makes a Thing Model of ours the description of one Thing. */
export interface InstanceValues {
  /** `factory` */
  readonly site: string;
  /** Fog node that serves the Thing: `fog-wifi`. */
  readonly node: string;
  /** Name within the site: `wifi-1`. The TD's id becomes `urn:fogwot:<site>:<id>`. */
  readonly id: string;
  readonly title: string;
  /** @default the model's */
  readonly description?: string;
  /** Wireless sensor network (`wifi`); a device and a network have one, a node has none. */
  readonly wsn?: string;
  /** Version of this instance. @default "1.0.0" */
  readonly version?: string;
  /** Optional affordances to keep, as the model's `tm:optional` names them: `/properties/battery`. */
  readonly optional?: readonly string[];
  /** Values of further placeholders of the model, with their type. */
  readonly placeholders?: Readonly<Record<string, unknown>>;
}

/**
 * A Thing Description 1.1 without forms, as `WoT.produce()` takes it: the bindings add the forms.
 *
 * @param type name of a Thing Model in `models/`: `climate-dht11`
 * @throws UnknownThingModelError, ThingModelError, MissingPlaceholderError
 */
export function instantiate(type: string, values: InstanceValues): ExposedThingInit {
  const file = thingModelFile(type);
  const { site, node, id, title, wsn, description } = values;
  const partial = instantiateModel(readThingModel(file), {
    source: file,
    load: loadModelFile,
    placeholders: {
      SITE: site,
      NODE: node,
      ID: id,
      TITLE: title,
      ...(wsn === undefined ? {} : { WSN: wsn }),
      ...values.placeholders,
    },
    optional: values.optional ?? [],
    version: values.version ?? "1.0.0",
    modelHref: modelUrn(type),
  });
  if (description !== undefined) partial.description = description;
  return partial as ExposedThingInit;
}

export interface InstantiateModelOptions {
  /** File or URI of the model: links resolve against it, errors name it. */
  readonly source: string;
  readonly load: LoadModel;
  readonly placeholders?: Readonly<Record<string, unknown>>;
  /** JSON Pointers of the optional affordances to keep. @default none */
  readonly optional?: readonly string[];
  /** `version.instance`. @default none: then the TD has no version */
  readonly version?: string;
  /** Target of the link with relation `type`. @default none */
  readonly modelHref?: string;
}

/**
 * Any Thing Model → Partial TD, by the steps of TD 1.1, section 9.4. Security is completed with
 * `nosec` where the model has none. What the model is composed of is left to `composeThings()`.
 *
 * @throws ThingModelError, MissingPlaceholderError
 */
export function instantiateModel(model: JsonObject, options: InstantiateModelOptions): JsonObject {
  return completeSecurity(derive(model, options));
}

/** A Thing that says nothing of security has none: TD 1.1 wants that said. */
export function completeSecurity(partial: JsonObject): JsonObject {
  if (partial.securityDefinitions !== undefined) return partial;
  return {
    ...partial,
    securityDefinitions: { nosec_sc: { scheme: "nosec" } },
    security: ["nosec_sc"],
  };
}

/** `instantiateModel` but for the security that the model does not speak of. */
export function derive(model: JsonObject, options: InstantiateModelOptions): JsonObject {
  const { source, load, placeholders = {}, version, modelHref } = options;
  const composed = composeThingModel({ source, model }, load);
  keepOptional(composed, options.optional ?? [], source);

  const missing = placeholdersOf(composed).filter((name) => !Object.hasOwn(placeholders, name));
  if (missing.length > 0) throw new MissingPlaceholderError(path.basename(source), missing);
  const partial = replacePlaceholders(composed, placeholders) as JsonObject;

  const types = partial["@type"];
  partial["@type"] = Array.isArray(types)
    ? types.map((type) => (type === "tm:ThingModel" ? "Thing" : type))
    : "Thing";
  const modelVersion = isObject(partial.version) ? partial.version : {};
  if (version !== undefined) partial.version = { ...modelVersion, instance: version };
  else if (modelVersion.instance === undefined) delete partial.version;
  if (modelHref !== undefined) {
    const links = Array.isArray(partial.links) ? partial.links.filter((l) => l.rel !== "type") : [];
    partial.links = [...links, { rel: "type", href: modelHref, type: "application/tm+json" }];
  }
  return partial;
}

function keepOptional(model: JsonObject, wanted: readonly string[], source: string): void {
  const optional = Array.isArray(model["tm:optional"]) ? model["tm:optional"].map(String) : [];
  delete model["tm:optional"];
  // Of drafts of TD 1.1: what it does not name may be left out, and may stay.
  delete model["tm:required"];
  for (const pointer of wanted) {
    if (!optional.includes(pointer)) {
      throw new ThingModelError(source, pointer, "no optional affordance of this model");
    }
  }
  for (const pointer of optional) {
    if (wanted.includes(pointer)) continue;
    const [kind, name] = parsePointer(pointer) ?? [];
    const affordances = kind === undefined ? undefined : model[kind];
    if (name === undefined || !isObject(affordances) || !Object.hasOwn(affordances, name)) {
      throw new ThingModelError(source, "/tm:optional", `nothing stands at ${pointer}`);
    }
    delete affordances[name];
    if (kind !== undefined && Object.keys(affordances).length === 0) delete model[kind];
  }
}
