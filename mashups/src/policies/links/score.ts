import { grown } from "../grown";
import type { DeviceFacts } from "../policy";
import { lowerRttMs, upperPdr } from "./bounds";
import type { LinkModel } from "./link-model";
import { AGE_SCALE_SLOTS, type ObjectiveParameters, type Weights } from "./objective";

/** A link that delivers less is not worth exploring for its round-trip time. */
const DEAD_PDR = 0.05;

/**
 * Utility of a link under an objective, the higher the better, at the most favourable p⁺ and µ⁻
 * that the evidence allows; with width 0, at the estimates themselves.
 *
 * delay −µ⁻ · pdr p⁺ · delay+pdr −(p⁺µ⁻ + (1−p⁺)T) ·
 * weights −w_delay µ⁻/T + w_pdr p⁺ − w_energy E/E_max + w_age min(1, age/100)
 */
export class LinkScore {
  readonly #parameters: ObjectiveParameters;
  readonly #timeoutMs: number;
  #energyMj = new Float32Array(16);
  #mostEnergyMj = 0;
  readonly #one = new Float64Array(1);

  constructor(parameters: ObjectiveParameters, timeoutMs: number) {
    this.#parameters = parameters;
    this.#timeoutMs = timeoutMs;
  }

  /** Utility of a link that loses everything. */
  get dead(): number {
    const { objective, weights } = this.#parameters;
    if (weights) return -weights.delay;
    return objective === "pdr" ? 0 : -this.#timeoutMs;
  }

  join(handle: number, facts: DeviceFacts): void {
    this.#energyMj = grown(this.#energyMj, handle + 1);
    this.#energyMj[handle] = 0;
    this.update(handle, facts);
  }

  update(handle: number, { energyMj }: DeviceFacts): void {
    if (energyMj === undefined) return;
    this.#energyMj[handle] = energyMj;
    this.#mostEnergyMj = Math.max(this.#mostEnergyMj, energyMj);
  }

  /** Energies of the devices, which a snapshot keeps: who restores it need not know them. */
  facts(bound: number): readonly number[] {
    return Array.from(this.#energyMj.subarray(0, bound));
  }

  restoreFacts(energiesMj: readonly number[]): void {
    for (const [handle, energyMj] of energiesMj.entries()) this.join(handle, { energyMj });
  }

  /**
   * Writes the utilities of handles from…to−1, the first to values[0].
   * @param width how many standard deviations of luck each link is granted
   */
  write(model: LinkModel, from: number, to: number, width: number, values: Float64Array): void {
    const { objective, weights } = this.#parameters;
    if (weights) this.#writeWeighted(model, from, to, width, values, weights);
    else if (objective === "delay") this.#writeDelay(model, from, to, width, values);
    else if (objective === "pdr") writePdr(model, from, to, width, values);
    else this.#writeCost(model, from, to, width, values);
  }

  /** Utility at the present estimates; of a link never asked, as if it were perfect. */
  estimate(model: LinkModel, handle: number): number {
    this.write(model, handle, handle + 1, 0, this.#one);
    return this.#one[0] as number;
  }

  #writeDelay(model: LinkModel, from: number, to: number, width: number, out: Float64Array): void {
    const { delivered, lost, meanMs, squares } = model;
    for (let i = from; i < to; i++) {
      const weight = model.weight(i);
      const s = (delivered[i] as number) * weight;
      const isDead = upperPdr(s, (lost[i] as number) * weight, width) < DEAD_PDR;
      out[i - from] = isDead
        ? -this.#timeoutMs
        : -lowerRttMs(s, meanMs[i] as number, (squares[i] as number) * weight, width);
    }
  }

  #writeCost(model: LinkModel, from: number, to: number, width: number, out: Float64Array): void {
    const { delivered, lost, meanMs, squares } = model;
    const timeoutMs = this.#timeoutMs;
    for (let i = from; i < to; i++) {
      const weight = model.weight(i);
      const s = (delivered[i] as number) * weight;
      const p = upperPdr(s, (lost[i] as number) * weight, width);
      const rttMs = lowerRttMs(s, meanMs[i] as number, (squares[i] as number) * weight, width);
      out[i - from] = -(p * rttMs + (1 - p) * timeoutMs);
    }
  }

  #writeWeighted(
    model: LinkModel,
    from: number,
    to: number,
    width: number,
    out: Float64Array,
    weights: Weights,
  ): void {
    const { delivered, lost, meanMs, squares, lastReading } = model;
    const perMs = weights.delay / this.#timeoutMs;
    const perMj = this.#mostEnergyMj > 0 ? weights.energy / this.#mostEnergyMj : 0;
    for (let i = from; i < to; i++) {
      const weight = model.weight(i);
      const s = (delivered[i] as number) * weight;
      const p = upperPdr(s, (lost[i] as number) * weight, width);
      const rttMs = lowerRttMs(s, meanMs[i] as number, (squares[i] as number) * weight, width);
      const age = Math.min(1, (model.slot - (lastReading[i] as number)) / AGE_SCALE_SLOTS);
      out[i - from] =
        weights.pdr * p - perMs * rttMs - perMj * (this.#energyMj[i] as number) + weights.age * age;
    }
  }
}

/** p⁺ of every device from…to−1. */
export function writePdr(
  model: LinkModel,
  from: number,
  to: number,
  width: number,
  out: Float64Array,
): void {
  const { delivered, lost } = model;
  for (let i = from; i < to; i++) {
    const weight = model.weight(i);
    out[i - from] = upperPdr(
      (delivered[i] as number) * weight,
      (lost[i] as number) * weight,
      width,
    );
  }
}
