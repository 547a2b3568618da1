import { type Estimate, meanInterval } from "../analysis/statistics";
import type { TrialPlan, TrialResult } from "./trials";

/** The device goes silent before this slot, and is watched from slot 1501 on. */
const DEAD_FROM = 1001;
const WATCHED_AFTER = 1500;

export interface DeadDeviceRow {
  readonly policy: string;
  /** Share of slots 1501… that still ask the dead device. */
  readonly asked: Estimate;
  readonly pdr: Estimate;
}

const CASES: readonly (Pick<TrialPlan, "policy" | "parameters"> & { readonly name: string })[] = [
  { name: "P1, as the paper has it", policy: "P1" },
  {
    name: "P1 with the guard (deadAfterLosses 40)",
    policy: "P1",
    parameters: { deadAfterLosses: 40 },
  },
  { name: "P2", policy: "P2" },
  { name: "P3", policy: "P3" },
];

/** A device that everyone likes falls silent: who notices? @param id of the device */
export function deadDevicePlans(id: string): TrialPlan[] {
  return CASES.map(({ policy, parameters = {} }) => ({
    policy,
    parameters,
    changes: [{ slot: DEAD_FROM, id, dead: true }],
    plateauAfter: WATCHED_AFTER,
  }));
}

/** @param device index of the dead one */
export function deadDeviceRows(results: readonly TrialResult[], device: number): DeadDeviceRow[] {
  return CASES.map(({ name }, index) => {
    const kpis = results[index]?.kpis ?? [];
    return {
      policy: name,
      asked: meanInterval(kpis.map(({ utilisation }) => utilisation[device] ?? Number.NaN)),
      pdr: meanInterval(kpis.map(({ pdr }) => pdr)),
    };
  });
}
