import fs from "node:fs";
import path from "node:path";
import { ThingModelError } from "../errors";
import type { Finding } from "../finding";
import { isObject, type JsonObject } from "../json/json";
import { atPointer } from "../json/pointer";
import { loadModelFile, readThingModel } from "../models/catalogue";
import { composeThingModel, type LoadedModel } from "../models/compose";
import { submodelsOf } from "../models/submodels";
import { elements, type Path } from "./walk";
import { modelWidenings, widenings } from "./widening";
import { quote } from "./wording";

/**
 * What is wrong with a Thing Model in a file together with the models it extends, refers to or is
 * composed of. Only files are read: a model at another address is taken to be sound.
 *
 * @returns findings with paths into this file
 * @throws ThingModelError where the file itself cannot be read
 */
export function explainModelFile(file: string): Finding[] {
  const source = path.resolve(file);
  const model = readThingModel(source);
  const missing = missingFiles(source, model);
  if (missing.length > 0) return missing;
  try {
    const composed = composeThingModel({ source, model }, load);
    followSubmodels({ source, model }, []);
    return [...extensionWidenings(source, model), ...referenceWidenings(source, model, composed)];
  } catch (error) {
    if (!(error instanceof ThingModelError)) throw error;
    if (error instanceof ElsewhereError) return [];
    return [
      {
        level: "error",
        path: error.model === source ? error.path : "",
        got: error.message,
        wanted: "models that together make one",
        rule: "tm-tmRef1",
      },
    ];
  }
}

function missingFiles(source: string, model: JsonObject): Finding[] {
  return elements(model.links).flatMap(([index, { rel, href }]) => {
    if (rel !== "tm:extends" && rel !== "tm:submodel") return [];
    if (typeof href !== "string" || isElsewhere(href)) return [];
    if (fs.existsSync(path.resolve(path.dirname(source), href))) return [];
    return [
      {
        level: "warning" as const,
        path: `/links/${index}/href`,
        got: `${quote(href)}: no such file`,
        wanted: "the Thing Model, beside this one",
        rule: rel === "tm:extends" ? "tm-extend" : "tm-compose-submodel",
      },
    ];
  });
}

function followSubmodels(loaded: LoadedModel, within: readonly string[]): void {
  const chain = [...within, loaded.source];
  for (const submodel of submodelsOf(loaded, load)) {
    if (chain.includes(submodel.loaded.source)) {
      const circle = [...chain, submodel.loaded.source].map((one) => path.basename(one));
      throw new ThingModelError(chain[0] ?? "", "/links", `contains itself: ${circle.join(" → ")}`);
    }
    composeThingModel(submodel.loaded, load);
    followSubmodels(submodel.loaded, chain);
  }
}

function extensionWidenings(source: string, model: JsonObject): Finding[] {
  return elements(model.links).flatMap(([, { rel, href }]) =>
    rel === "tm:extends" && typeof href === "string"
      ? modelWidenings(composeThingModel(load(href, source), load), model)
      : [],
  );
}

/** What stands beside a `tm:ref`, against what it refers to. */
function referenceWidenings(source: string, model: JsonObject, composed: JsonObject): Finding[] {
  const findings: Finding[] = [];
  const visit = (value: unknown, path: Path): void => {
    if (Array.isArray(value)) for (const [i, item] of value.entries()) visit(item, [...path, i]);
    if (!isObject(value)) return;
    const { "tm:ref": reference, ...patch } = value;
    const [, href, pointer] = /^([^#]*)#(.*)$/.exec(String(reference ?? "")) ?? [];
    if (href !== undefined && pointer !== undefined) {
      const document = href === "" ? composed : composeThingModel(load(href, source), load);
      findings.push(...widenings(atPointer(document, pointer), patch, path));
    }
    for (const [name, member] of Object.entries(value)) visit(member, [...path, name]);
  };
  visit(model, []);
  return findings;
}

/** The model lies where nothing is fetched from. */
class ElsewhereError extends ThingModelError {}

function load(href: string, from: string): LoadedModel {
  if (isElsewhere(href)) throw new ElsewhereError(from, "", `${href} is not read`);
  return loadModelFile(href, from);
}

function isElsewhere(href: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(href) || href === "";
}
