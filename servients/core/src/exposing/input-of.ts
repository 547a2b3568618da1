import { InputError } from "../errors";
import type { InteractionOutput } from "./wot-types";

/**
 * The value a consumer sent; undefined for an empty body, which node-wot calls a schema error.
 * Every binding has held the body to the DataSchema before.
 */
export async function inputOf(input: InteractionOutput): Promise<unknown> {
  try {
    return await input.value();
  } catch (cause) {
    if (cause instanceof Error && "value" in cause && cause.value === undefined) return undefined;
    throw new InputError({ path: "", got: "a body", wanted: "a value of the schema" }, { cause });
  }
}
