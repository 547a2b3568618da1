/**
 * What the paper's policies give on the paper's channel: 200 seeds of an implementation written
 * independently of this one (reference section 3). The paper prints its figures only as images, so
 * these stand in for its numbers.
 */
export interface ReferenceValue {
  readonly mean: number;
  /** Standard deviation over runs. */
  readonly sd: number;
}

export type MetricName = "rttAll" | "pdrAll" | "rtt" | "pdr" | "convRtt" | "convPdr";

export interface PolicyReference {
  readonly metrics: Readonly<Partial<Record<MetricName, ReferenceValue>>>;
  /** Share of plateau slots that ask a device, mean over the devices of a network. */
  readonly utilisation: Readonly<Record<string, ReferenceValue>>;
}

export const REFERENCE_SEEDS = 200;

const at = (mean: number, sd: number): ReferenceValue => ({ mean, sd });

export const REFERENCE: Readonly<Record<string, PolicyReference>> = {
  P0: {
    metrics: {
      rttAll: at(120.5, 0.3),
      pdrAll: at(0.677, 0.004),
      rtt: at(120.5, 0.4),
      pdr: at(0.677, 0.005),
    },
    utilisation: { wifi: at(0.4285, 0), ble: at(0.4285, 0), zigbee: at(0.4287, 0) },
  },
  P1: {
    metrics: {
      rttAll: at(75.8, 1),
      pdrAll: at(0.358, 0.007),
      rtt: at(75.2, 1.3),
      pdr: at(0.355, 0.009),
      convRtt: at(136, 28),
      convPdr: at(132, 30),
    },
    utilisation: { wifi: at(0.911, 0.01), ble: at(0.111, 0.025), zigbee: at(0.052, 0.004) },
  },
  P2: {
    metrics: {
      rttAll: at(136.8, 0.5),
      pdrAll: at(0.933, 0.003),
      rtt: at(137, 0.6),
      pdr: at(0.935, 0.003),
      convRtt: at(101, 5),
      convPdr: at(109, 11),
    },
    utilisation: { wifi: at(0.061, 0.003), ble: at(0.383, 0.047), zigbee: at(0.812, 0.016) },
  },
  P3: {
    metrics: {
      rttAll: at(134.9, 0.5),
      pdrAll: at(0.925, 0.003),
      rtt: at(135, 0.6),
      pdr: at(0.926, 0.004),
      convRtt: at(101, 5),
      convPdr: at(109, 10),
    },
    utilisation: { wifi: at(0.07, 0.004), ble: at(0.529, 0.045), zigbee: at(0.754, 0.015) },
  },
};

/** Windows of 100 slots of the switch run, by their last slot (means; section 3). */
export const SWITCH_WINDOWS: readonly {
  readonly slot: number;
  readonly rttMs: number;
  readonly pdr: number;
}[] = [
  { slot: 3000, rttMs: 74.9, pdr: 0.354 },
  { slot: 3100, rttMs: 133.7, pdr: 0.877 },
  { slot: 3200, rttMs: 137.2, pdr: 0.938 },
  { slot: 6000, rttMs: 137, pdr: 0.938 },
  { slot: 6100, rttMs: 131.8, pdr: 0.867 },
  { slot: 6200, rttMs: 135.2, pdr: 0.927 },
];

/** Slots of a policy's segment of the switch run, in the paper's order. */
export const SWITCH_SEGMENTS: readonly { readonly policy: string; readonly after: number }[] = [
  { policy: "P1", after: 0 },
  { policy: "P2", after: 3000 },
  { policy: "P3", after: 6000 },
];

/** Slots of a run of one policy, and where its plateau begins. */
export const RUN_SLOTS = 3000;
export const PLATEAU_FROM = 1001;

export type Quantity = "rtt" | "pdr" | "utilisation" | "slot";

/** What is added to a band's half width, in the quantity's unit. */
const FLOOR: Readonly<Record<Quantity, number>> = {
  rtt: 0.5,
  pdr: 0.003,
  utilisation: 0.006,
  slot: 6,
};

export interface Band {
  readonly low: number;
  readonly high: number;
}

/**
 * The strict band of a mean over `runs` seeds: |x − mean| ≤ 3.5·sd·√(1/N + 1/200) + floor
 * (section 3.1).
 */
export function strictBand({ mean, sd }: ReferenceValue, quantity: Quantity, runs: number): Band {
  const half = 3.5 * sd * Math.sqrt(1 / runs + 1 / REFERENCE_SEEDS) + FLOOR[quantity];
  return { low: mean - half, high: mean + half };
}
