import type { LinkModel } from "./link-model";

const COLUMNS = [
  "delivered",
  "lost",
  "meanMs",
  "squares",
  "lastSlot",
  "lastReading",
] as const satisfies readonly (keyof LinkModel)[];
const KIND = "fogwot link model";

/** A link model as plain JSON, devices by handle: what one policy hands to the next. */
export interface LinkModelJson {
  readonly kind: typeof KIND;
  readonly version: 1;
  /** Slots it was learnt over. */
  readonly slot: number;
  readonly delivered: readonly number[];
  readonly lost: readonly number[];
  readonly meanMs: readonly number[];
  readonly squares: readonly number[];
  readonly lastSlot: readonly number[];
  readonly lastReading: readonly number[];
}

export function linkModelToJson(model: LinkModel, bound: number): LinkModelJson {
  return {
    kind: KIND,
    version: 1,
    slot: model.slot,
    delivered: Array.from(model.delivered.subarray(0, bound)),
    lost: Array.from(model.lost.subarray(0, bound)),
    meanMs: Array.from(model.meanMs.subarray(0, bound)),
    squares: Array.from(model.squares.subarray(0, bound)),
    lastSlot: Array.from(model.lastSlot.subarray(0, bound)),
    lastReading: Array.from(model.lastReading.subarray(0, bound)),
  };
}

/**
 * Takes over what was learnt. Devices beyond those of `json` stay unknown.
 * @returns false, and nothing is changed, when it is no link model
 */
export function linkModelFromJson(model: LinkModel, json: unknown, bound: number): boolean {
  if (!isLinkModel(json)) return false;
  model.reserve(bound);
  model.slot = json.slot;
  model.lastSlot.fill(json.slot);
  model.lastReading.fill(json.slot);
  for (const name of COLUMNS) {
    const from = json[name];
    const to = model[name];
    const count = Math.min(from.length, bound);
    for (let handle = 0; handle < count; handle++) to[handle] = from[handle] as number;
  }
  return true;
}

function isLinkModel(json: unknown): json is LinkModelJson {
  const model = json as Partial<LinkModelJson> | null | undefined;
  if (model?.kind !== KIND || model.version !== 1 || typeof model.slot !== "number") return false;
  const arrays = COLUMNS.map((name) => model[name]);
  return arrays.every((array) => Array.isArray(array) && array.length === arrays[0]?.length);
}
