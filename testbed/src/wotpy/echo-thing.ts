import * as fs from "node:fs";
import * as path from "node:path";
import { packageRoot } from "@fogwot/core";
import { type ExposedThingInit, instantiateModel } from "@fogwot/thing-descriptions";
import type { ScriptingApi } from "../things/wot-types";
import type { ExposedThing, ThingIdentity } from "./exposed-thing";

const MODEL = path.join(packageRoot(__dirname), "models", "echo.tm.jsonld");

/** A Thing whose action answers what it was sent, produced and exposed. */
export async function exposeEchoThing(
  wot: ScriptingApi,
  { site, id, title }: ThingIdentity,
): Promise<ExposedThing> {
  const model = JSON.parse(fs.readFileSync(MODEL, "utf8")) as Record<string, unknown>;
  const init = instantiateModel(model as Parameters<typeof instantiateModel>[0], {
    source: MODEL,
    // The model builds on no other.
    load: () => ({ source: MODEL, model: {} }),
    placeholders: { SITE: site, ID: id, TITLE: title },
    version: "1.0.0",
  });
  const thing = await wot.produce(init as ExposedThingInit);
  thing.setActionHandler("echo", async (input) => (await input?.value()) ?? "");
  await thing.expose();
  return thing;
}
