/** Gilbert–Elliott burst loss, advanced once per slot whether the device is asked or not. */
export interface BurstLoss {
  /** Probability per slot to go from good to bad, and back. */
  readonly pGB: number;
  readonly pBG: number;
  /** Loss probability in the good and in the bad state. */
  readonly lossG: number;
  readonly lossB: number;
}

/** What of a device's link may change from slot to slot. */
export interface LinkFigures {
  /** Constant part of the round trip, ms. */
  readonly baseMs: number;
  /** Log-normal part of the round trip: median in ms, sigma of the logarithm. */
  readonly medianMs: number;
  readonly sigma: number;
  /** null: no burst loss. */
  readonly ge: BurstLoss | null;
  /** The paper's packet filter: probability that it drops an exchange. */
  readonly filter: number;
  /** Factor of the whole round trip. */
  readonly rttScale: number;
}

/** With probability `p` the round trip is uniform between two bounds instead. */
export interface Outliers {
  readonly p: number;
  readonly minMs: number;
  readonly maxMs: number;
}

export interface ChannelDevice extends LinkFigures {
  readonly id: string;
  readonly wsn: string;
  readonly energyMj: number | null;
  readonly batteryMj: number | null;
  readonly position: { readonly x: number; readonly y: number } | null;
  readonly outliers: Outliers | null;
  /** Round trips to draw from instead of the formula, ms: `rtt: empirical`. */
  readonly samplesMs: readonly number[] | null;
  /** Outcome slot by slot, null a loss, begun anew at its end: `loss: trace`, `rtt: trace`. */
  readonly traceMs: readonly (number | null)[] | null;
}

/** Something that happens to a device before the given slot (1-based) and holds from it on. */
export interface ChannelChange {
  readonly slot: number;
  readonly id: string;
  readonly baseMs?: number;
  readonly medianMs?: number;
  readonly sigma?: number;
  readonly ge?: Partial<BurstLoss> | null;
  readonly filter?: number;
  readonly rttScale?: number;
  /** Every request to it is lost, and nobody is told; false: it answers again. */
  readonly dead?: boolean;
  /** Back to the profile's figures, before the rest of this change. */
  readonly restore?: boolean;
  /** It leaves the run: policies are told. */
  readonly leave?: boolean;
  /** It joins the run; one that joins before it ever left is not there at the start. */
  readonly join?: boolean;
}

/**
 * How the links of a set of devices behave: a file that anyone can write.
 *
 * RTT = rttScale · (baseMs + log-normal); lost when the burst loss or the filter takes it. The
 * time-out is the mash-up's.
 */
export interface ChannelProfile {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** `iid`: the marginal loss of `ge`, without its bursts. */
  readonly loss: "ge" | "iid" | "trace";
  readonly rtt: "lognormal" | "empirical" | "trace";
  readonly devices: readonly ChannelDevice[];
  readonly changes: readonly ChannelChange[];
}

/** A profile as a person writes it: what is left out has its default. */
export type ChannelInput = Partial<Omit<ChannelProfile, "devices" | "changes">> & {
  readonly devices: readonly (Pick<ChannelDevice, "id" | "wsn"> & Partial<ChannelDevice>)[];
  readonly changes?: readonly ChannelChange[];
};

/** Probability that the burst model loses an exchange, over all states. */
export function marginalLoss(ge: BurstLoss | null): number {
  if (!ge) return 0;
  const bad = shareOfBad(ge);
  return (1 - bad) * ge.lossG + bad * ge.lossB;
}

/** Share of slots in the bad state. */
export function shareOfBad({ pGB, pBG }: BurstLoss): number {
  return pGB + pBG === 0 ? 0 : pGB / (pGB + pBG);
}
