import type { Handles } from "../handles";
import type { DeviceIndex } from "../index-policy";
import { OBJECTIVE_PARAMETERS, type ObjectiveParameters } from "./objective";
import { SampleMeans } from "./sample-means";
import { scaledReward, upperConfidence } from "./scaled-reward";

export interface CucbParameters extends Pick<ObjectiveParameters, "objective"> {
  readonly width: number;
}

/** Parameter schema members of the CUCB family. */
export const cucbParameters = (width: number) =>
  ({
    objective: OBJECTIVE_PARAMETERS.objective,
    width: {
      type: "number",
      minimum: 0,
      default: width,
      description: "Width c of the confidence radius c · √(ln t / n).",
    },
  }) as const;

export interface CucbState {
  readonly slot: number;
  readonly means: unknown;
}

/** CUCB: the mean reward so far and a confidence radius. What is told apart is when to forget. */
export class Cucb implements DeviceIndex {
  protected readonly parameters: CucbParameters;
  protected readonly timeoutMs: number;
  protected readonly means = new SampleMeans();
  /** Slots seen that ln t counts. */
  protected slot = 0;

  constructor(parameters: CucbParameters, timeoutMs: number) {
    this.parameters = parameters;
    this.timeoutMs = timeoutMs;
  }

  join(handle: number): void {
    this.means.join(handle);
  }

  write(_slot: number, _m: number, handles: Handles, values: Float64Array): void {
    const { sum, n } = this.means;
    const { width } = this.parameters;
    const logT = this.logT();
    for (let handle = 0; handle < handles.bound; handle++) {
      values[handle] = upperConfidence(sum[handle] as number, n[handle] as number, width, logT);
    }
  }

  observe(handles: Int32Array, ok: Uint8Array, rttMs: Float64Array, count: number): void {
    this.slot++;
    for (let i = 0; i < count; i++) {
      const reward = this.scaled(ok[i] === 1, rttMs[i] as number);
      if (!Number.isNaN(reward)) this.learn(handles[i] as number, reward);
    }
  }

  reward(ok: boolean, rttMs: number): number | null {
    const reward = this.scaled(ok, rttMs);
    return Number.isNaN(reward) ? null : reward;
  }

  value(handle: number): number {
    return this.means.mean(handle);
  }

  snapshot(bound: number): CucbState {
    return { slot: this.slot, means: this.means.snapshot(bound) };
  }

  restore(state: unknown, bound: number): void {
    const { slot, means } = state as { slot: number; means: ReturnType<SampleMeans["snapshot"]> };
    this.slot = slot;
    this.means.restore(means, bound);
  }

  protected learn(handle: number, reward: number): void {
    this.means.add(handle, reward);
  }

  protected logT(): number {
    return Math.log(this.slot + 1);
  }

  protected scaled(isOk: boolean, rttMs: number): number {
    return scaledReward(this.parameters.objective, this.timeoutMs, isOk, rttMs);
  }
}
