import type { Handles } from "../handles";
import { type DeviceIndex, IndexPolicy } from "../index-policy";
import { LinkModel } from "../links/link-model";
import { linkModelFromJson, linkModelToJson } from "../links/model-json";
import { writePdr } from "../links/score";
import type { DeviceFacts, PolicyDefinition } from "../policy";
import { Coverage } from "./coverage";

interface Parameters {
  readonly radius: number;
  readonly cells: number;
  readonly decay: number;
  readonly width: number;
}

interface State {
  readonly model: unknown;
  readonly positions: readonly (readonly [number, number])[];
}

const NOWHERE = -1;

class CoverageIndex implements DeviceIndex {
  readonly #width: number;
  readonly #model: LinkModel;
  readonly #coverage: Coverage;

  constructor({ radius, cells, decay, width }: Parameters) {
    this.#width = width;
    this.#model = new LinkModel(decay);
    this.#coverage = new Coverage(radius, cells);
  }

  join(handle: number, _group: number, facts: DeviceFacts): void {
    this.#model.join(handle);
    this.#coverage.place(handle, NOWHERE, NOWHERE);
    this.update(handle, facts);
  }

  update(handle: number, { position }: DeviceFacts): void {
    if (position) this.#coverage.place(handle, position.x, position.y);
  }

  /** p⁺, and above all of them the chosen; places that coverage leaves go to the best links. */
  write(_slot: number, m: number, handles: Handles, values: Float64Array): void {
    writePdr(this.#model, 0, handles.bound, this.#width, values);
    let rank = m + 2;
    this.#coverage.choose(handles, m, values, (handle) => {
      values[handle] = rank--;
    });
  }

  observe(handles: Int32Array, ok: Uint8Array, rttMs: Float64Array, count: number): void {
    this.#model.observe(handles, ok, rttMs, count);
  }

  reward(ok: boolean): number {
    return ok ? 1 : 0;
  }

  value(handle: number): number {
    return this.#model.pdr(handle);
  }

  linkModel(bound: number): unknown {
    return linkModelToJson(this.#model, bound);
  }

  adopt(linkModel: unknown, bound: number): boolean {
    return linkModelFromJson(this.#model, linkModel, bound);
  }

  snapshot(bound: number): State {
    const positions = Array.from({ length: bound }, (_, handle) => this.#coverage.position(handle));
    return { model: linkModelToJson(this.#model, bound), positions };
  }

  restore(state: unknown, bound: number): void {
    const { model, positions } = state as State;
    linkModelFromJson(this.#model, model, bound);
    for (const [handle, [x, y]] of positions.entries()) this.#coverage.place(handle, x, y);
  }
}

export const policy: PolicyDefinition<Parameters> = {
  name: "P7",
  title: "Spatial coverage",
  description:
    "Asks the set of devices that is expected to cover the largest area: good links, not beside each other.",
  parameters: {
    type: "object",
    additionalProperties: false,
    properties: {
      radius: {
        type: "number",
        exclusiveMinimum: 0,
        default: 0.2,
        description: "Reach of a sensor, in sides of the unit square.",
      },
      cells: {
        type: "integer",
        minimum: 1,
        maximum: 512,
        default: 32,
        description: "Cells along a side, that area is counted in.",
      },
      decay: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.99,
        description: "Discount γ of old evidence per slot.",
      },
      width: { type: "number", minimum: 0, default: 0.5, description: "Optimism c, as P4." },
    },
  },
  create: (parameters, context) => new IndexPolicy("P7", new CoverageIndex(parameters), context),
};
