import type { OutcomeRow } from "../store";
import type { SlotOutcome, SlotTime } from "./slot";
import type { SlotPicks } from "./slot-picks";

/** What all rows of a slot share. */
export interface RowContext extends SlotTime {
  readonly run: string;
  readonly policy: string;
  readonly seed: number;
  readonly slot: number;
  readonly binding: string;
}

/** One getData outcome for the store. */
export function rowOf(
  context: RowContext,
  picks: SlotPicks,
  k: number,
  device: { readonly id: string; readonly wsn: string },
  outcome: SlotOutcome,
): OutcomeRow {
  const hasEpsilon = !Number.isNaN(picks.meta.epsilon);
  return {
    run: context.run,
    policy: context.policy,
    seed: context.seed,
    slot: context.slot,
    k,
    device: device.id,
    wsn: device.wsn,
    binding: context.binding,
    explore: hasEpsilon ? picks.meta.explore[k] === 1 : null,
    eps: hasEpsilon ? picks.meta.epsilon : null,
    propensity: numberOrNull(picks.meta.propensity[k]),
    ok: outcome.ok,
    rttMs: outcome.rttMs,
    deviceRttMs: outcome.deviceRttMs,
    reward: numberOrNull(picks.reward[k]),
    qAfter: numberOrNull(picks.value[k]),
    energyMj: null,
    tVirtualMs: context.tVirtualMs,
    timestampMs: context.timestampMs,
    error: outcome.error,
  };
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
