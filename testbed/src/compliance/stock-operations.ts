import { ThingOperations } from "@fogwot/core";
import type { BindingHarness } from "@fogwot/core/compliance";

type Operations = ReturnType<NonNullable<BindingHarness["operations"]>>;

/**
 * Operations on whole Things as node-wot's ConsumedThing has them: several properties by a request
 * for each. What it has no name for is tried by the forms, where the Thing offers any.
 */
export function stockOperations(thing: WoT.ConsumedThing): Operations {
  const byForm = new ThingOperations(thing);
  const writeMultipleProperties: Operations["writeMultipleProperties"] = async (values) => {
    await thing.writeMultipleProperties(new Map(Object.entries(values)));
  };
  return {
    readAllProperties: async () => valuesOf(await thing.readAllProperties()),
    readMultipleProperties: async (names) =>
      valuesOf(await thing.readMultipleProperties([...names])),
    writeMultipleProperties,
    writeAllProperties: writeMultipleProperties,
    observeAllProperties: (...args) => byForm.observeAllProperties(...args),
    subscribeAllEvents: (...args) => byForm.subscribeAllEvents(...args),
    startAction: (...args) => byForm.startAction(...args),
    queryAllActions: (...args) => byForm.queryAllActions(...args),
  };
}

async function valuesOf(outputs: WoT.PropertyReadMap): Promise<Record<string, never>> {
  const values: Record<string, unknown> = {};
  for (const [name, output] of outputs) values[name] = await output.value();
  return values as Record<string, never>;
}
