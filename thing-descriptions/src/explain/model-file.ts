import fs from "node:fs";
import path from "node:path";
import { ThingModelError } from "../errors";
import type { Finding } from "../finding";
import type { JsonObject } from "../json/json";
import { loadModelFile, readThingModel } from "../models/catalogue";
import { composeThingModel, type LoadedModel } from "../models/compose";
import { submodelsOf } from "../models/submodels";
import { elements } from "./walk";
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
    composeThingModel({ source, model }, load);
    followSubmodels({ source, model }, []);
    return [];
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

/** The model lies where nothing is fetched from. */
class ElsewhereError extends ThingModelError {}

function load(href: string, from: string): LoadedModel {
  if (isElsewhere(href)) throw new ElsewhereError(from, "", `${href} is not read`);
  return loadModelFile(href, from);
}

function isElsewhere(href: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(href) || href === "";
}
