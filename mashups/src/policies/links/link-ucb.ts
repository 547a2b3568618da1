import type { Handles } from "../handles";
import { type DeviceIndex, IndexPolicy } from "../index-policy";
import type { DeviceFacts, Policy, PolicyContext } from "../policy";
import { AgeLimit } from "./age-limit";
import { LinkModel } from "./link-model";
import type { LinkWatch } from "./link-watch";
import { linkModelFromJson, linkModelToJson } from "./model-json";
import { OBJECTIVE_PARAMETERS, type ObjectiveParameters, rewardOf } from "./objective";
import { LinkScore } from "./score";

export interface LinkUcbParameters extends ObjectiveParameters {
  readonly decay: number;
  readonly width: number;
  readonly maxAgeSlots: number | null;
}

/** Parameter schema members of P4 and P5, which differ in defaults. */
export const linkUcbParameters = (defaults: { decay: number; width: number }) =>
  ({
    ...OBJECTIVE_PARAMETERS,
    decay: {
      type: "number",
      exclusiveMinimum: 0,
      maximum: 1,
      default: defaults.decay,
      description: "Discount γ of old evidence per slot.",
    },
    width: {
      type: "number",
      minimum: 0,
      default: defaults.width,
      description: "Optimism c: how many standard deviations better a link may be than it seemed.",
    },
    maxAgeSlots: {
      type: ["integer", "null"],
      minimum: 1,
      default: null,
      description: "No device goes unasked for longer; null: no limit.",
    },
  }) as const;

interface State {
  readonly model: unknown;
  readonly energiesMj: readonly number[];
  readonly watch: unknown;
}

/** Discounted upper-confidence-bound selection on a link model, with or without change detection. */
export class LinkUcb implements DeviceIndex {
  readonly #parameters: LinkUcbParameters;
  readonly #timeoutMs: number;
  readonly #model: LinkModel;
  readonly #score: LinkScore;
  readonly #ageLimit: AgeLimit | undefined;
  readonly #watch: LinkWatch | undefined;

  constructor(parameters: LinkUcbParameters, timeoutMs: number, watch?: LinkWatch) {
    this.#parameters = parameters;
    this.#timeoutMs = timeoutMs;
    this.#model = new LinkModel(parameters.decay);
    this.#score = new LinkScore(parameters, timeoutMs);
    const { maxAgeSlots } = parameters;
    this.#ageLimit = maxAgeSlots === null ? undefined : new AgeLimit(maxAgeSlots);
    this.#watch = watch;
  }

  join(handle: number, group: number, facts: DeviceFacts): void {
    this.#model.join(handle);
    this.#score.join(handle, facts);
    this.#watch?.join(handle, group);
  }

  leave(handle: number): void {
    this.#watch?.leave(handle);
  }

  update(handle: number, facts: DeviceFacts): void {
    this.#score.update(handle, facts);
  }

  write(_slot: number, m: number, handles: Handles, values: Float64Array): void {
    const model = this.#model;
    this.#score.write(model, 0, handles.bound, this.#parameters.width, values);
    this.#watch?.apply(model, handles, this.#score.dead, values);
    this.#ageLimit?.apply(model, handles, m, values);
  }

  observe(handles: Int32Array, ok: Uint8Array, rttMs: Float64Array, count: number): void {
    const model = this.#model;
    if (this.#watch) this.#watch.observe(model, handles, ok, rttMs, count);
    else model.observe(handles, ok, rttMs, count);
  }

  reward(ok: boolean, rttMs: number): number | null {
    return rewardOf(this.#parameters, this.#timeoutMs, ok, rttMs);
  }

  value(handle: number): number {
    return this.#score.estimate(this.#model, handle);
  }

  linkModel(bound: number): unknown {
    return linkModelToJson(this.#model, bound);
  }

  adopt(linkModel: unknown, bound: number): boolean {
    return linkModelFromJson(this.#model, linkModel, bound);
  }

  snapshot(bound: number): State {
    return {
      model: linkModelToJson(this.#model, bound),
      energiesMj: this.#score.facts(bound),
      watch: this.#watch?.snapshot(bound) ?? null,
    };
  }

  restore(state: unknown, bound: number): void {
    const { model, energiesMj, watch } = state as State;
    this.#score.restoreFacts(energiesMj);
    linkModelFromJson(this.#model, model, bound);
    this.#watch?.restore(watch, bound);
  }
}

/** The policy that ranks devices by such an index. */
export function linkUcbPolicy(
  name: string,
  parameters: LinkUcbParameters,
  context: PolicyContext,
  watch?: LinkWatch,
): Policy {
  return new IndexPolicy(name, new LinkUcb(parameters, context.timeoutMs, watch), context);
}
