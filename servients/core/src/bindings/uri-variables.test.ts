import { describe, expect, it } from "@jest/globals";
import type { ExposedThing } from "@node-wot/core";
import type { DataSchema } from "wot-typescript-definitions";
import { declareOperationVariable, uriVariableSchemas } from "./uri-variables";

const NAMES: DataSchema = { type: "string", description: "names" };

describe("operation variables", () => {
  it("are declared on the Thing without becoming variables of its affordances", () => {
    const thing = { uriVariables: { site: { type: "string" } } } as unknown as ExposedThing;
    expect(declareOperationVariable(thing, "names", NAMES)).toBe("names");
    expect(Object.keys(thing.uriVariables ?? {})).toEqual(["site", "names"]);
    expect(uriVariableSchemas(thing, {})).toEqual({ site: { type: "string" } });
  });

  it("leave a variable of the Thing's own under their name alone", () => {
    const thing = { uriVariables: { names: { type: "integer" } } } as unknown as ExposedThing;
    expect(declareOperationVariable(thing, "names", NAMES)).toBe("names2");
    expect(uriVariableSchemas(thing, {})).toEqual({ names: { type: "integer" } });
  });

  it("are recognised in a description that was exposed before", () => {
    const thing = { uriVariables: { names: { ...NAMES } } } as unknown as ExposedThing;
    expect(declareOperationVariable(thing, "names", NAMES)).toBe("names");
    expect(uriVariableSchemas(thing, {})).toBeUndefined();
  });
});
