import type { Handles } from "../handles";
import { ChangeDetector, type ChangeParameters } from "./change-detector";
import type { LinkModel } from "./link-model";
import { type OutageParameters, Outages } from "./outages";

export type WatchParameters = ChangeParameters & OutageParameters;

interface State {
  readonly changes: unknown;
  readonly outages: unknown;
}

/** Stands between the outcomes and the link model: forgets links that changed, keeps dead ones. */
export class LinkWatch {
  readonly #changes: ChangeDetector;
  readonly #outages: Outages | undefined;

  constructor(parameters: WatchParameters) {
    this.#changes = new ChangeDetector(parameters);
    const { outageEvidence, outageSlots } = parameters;
    this.#outages = outageEvidence === null ? undefined : new Outages(outageEvidence, outageSlots);
  }

  join(handle: number, group: number): void {
    this.#changes.join(handle, group);
    this.#outages?.join(handle);
  }

  leave(handle: number): void {
    this.#changes.leave(handle);
  }

  /** Outcomes of one slot, which ends with it. */
  observe(
    model: LinkModel,
    handles: Int32Array,
    ok: Uint8Array,
    rttMs: Float64Array,
    count: number,
  ): void {
    for (let i = 0; i < count; i++) {
      this.#see(model, handles[i] as number, ok[i] === 1, rttMs[i] as number);
    }
    model.slot++;
  }

  apply(model: LinkModel, handles: Handles, dead: number, values: Float64Array): void {
    this.#outages?.apply(model, handles, dead, values);
  }

  snapshot(bound: number): State {
    return {
      changes: this.#changes.snapshot(bound),
      outages: this.#outages?.snapshot(bound) ?? null,
    };
  }

  restore(state: unknown, bound: number): void {
    const { changes, outages } = state as State;
    this.#changes.restore(changes, bound);
    this.#outages?.restore(outages, bound);
  }

  #see(model: LinkModel, handle: number, isOk: boolean, rttMs: number): void {
    const outages = this.#outages;
    if (!isOk && outages?.isDown(handle)) {
      model.pass(handle);
      outages.see(model, handle, isOk);
      return;
    }
    if (!isOk && outages?.isFirst(handle)) this.#changes.beginRun(handle);
    this.#changes.see(model, handle, isOk, rttMs);
    model.see(handle, isOk, rttMs);
    if (outages?.see(model, handle, isOk)) this.#changes.takeBackRun(handle);
  }
}
