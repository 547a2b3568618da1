import { NotFoundError, OperationNotAllowedError } from "@fogwot/core";
import type { RecordValue, Surroundings } from "@fogwot/wasm";
import type * as WoT from "wot-typescript-definitions";
import type { Directory } from "../../directory";

export interface ThingAccessOptions {
  readonly wot: Pick<typeof WoT, "consume">;
  readonly directory: Directory;
  /** Name or id as the site file has it → id in the directory. */
  readonly idOf: (thing: string) => string;
}

/** What the server's processors may do: invoke actions of the directory's Things. */
export function thingAccess({ wot, directory, idOf }: ThingAccessOptions): Surroundings {
  const known = new Map<string, { readonly text: string; readonly thing: WoT.ConsumedThing }>();
  const consume = async (id: string): Promise<WoT.ConsumedThing> => {
    const td = directory.get(id);
    if (!td) throw new NotFoundError(`Thing ${id}`);
    // Its state in the directory changes often, how it is reached hardly ever.
    const { base, actions } = td as { readonly base?: unknown; readonly actions?: unknown };
    const text = JSON.stringify([base, actions]);
    const before = known.get(id);
    if (before?.text === text) return before.thing;
    const thing = await wot.consume(td as unknown as WoT.ThingDescription);
    known.set(id, { text, thing });
    return thing;
  };
  return {
    act: async ({ thing = "", action = "", input }, record) => {
      const consumed = await consume(idOf(thing));
      return consumed.invokeAction(action, input && inputOf(input, record));
    },
    set: async (device) => {
      throw new OperationNotAllowedError("write a pin", `device ${device}: the server has none`);
    },
  };
}

function inputOf(
  input: Readonly<Record<string, string | number>>,
  record: RecordValue,
): WoT.DataSchemaValue {
  const value = (source: string | number) => (typeof source === "number" ? source : record[source]);
  return Object.fromEntries(
    Object.entries(input).map(([member, source]) => [member, value(source)]),
  ) as WoT.DataSchemaValue;
}
