/**
 * The channel of one seed, drawn before any policy runs: every policy meets the same weather
 * (common random numbers), and what an unasked device would have answered is known.
 *
 * Devices are indices 0…D−1 in the order of the channel profile; slots are 1-based.
 */
export interface World {
  readonly seed: number;
  readonly slots: number;
  readonly devices: readonly WorldDevice[];
  /** Who leaves and joins in the course of the run, in order of slots. Absent: nobody. */
  readonly membership?: readonly MembershipChange[];
  /**
   * Outcome of a getData of device `d` in `slot`: the round-trip time in unscaled ms, NaN when the
   * request or its reply is lost. A time-out is not applied: that is the mash-up's.
   */
  rttMs(slot: number, d: number): number;
  /**
   * The link's marginal figures in `slot`, for a dynamic oracle: probability that a reply comes
   * within the time-out and the mean of those that do; a link that delivers nothing has 0 and the
   * time-out. @param out two numbers: p (0…1), mean in ms
   */
  truth(slot: number, d: number, timeoutMs: number, out: Float64Array): void;
}

export interface WorldDevice {
  readonly id: string;
  readonly wsn: string;
  /** Energy of one getData, mJ; null where the profile names none. */
  readonly energyMj: number | null;
  /** Energy at the start, mJ; null for a device on mains power. */
  readonly batteryMj: number | null;
  /** Place in the unit square, for coverage; null where the profile names none. */
  readonly position: { readonly x: number; readonly y: number } | null;
}

export interface MembershipChange {
  /** From this slot on, 1-based. */
  readonly slot: number;
  /** Index into `devices`. */
  readonly device: number;
  readonly isPresent: boolean;
}
