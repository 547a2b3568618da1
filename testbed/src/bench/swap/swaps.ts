import type { PolicyReport } from "@fogwot/mashups";
import type { Processes } from "../../programs/processes";
import { until } from "../../soak/site/until";
import { benchProgram } from "../bench-processes";
import type { MashupConfig, MashupMessage, MashupRow } from "./mashup";

export interface SwapOptions {
  readonly processes: Processes;
  readonly tds: readonly { readonly id: string }[];
  readonly from: string;
  readonly to: string;
  readonly m: number;
  readonly timeScale: number;
  readonly intervalMs: number;
  readonly slotsBefore: number;
  /** What the first figures after the switch are taken over. */
  readonly slotsAfter: number;
}

export interface Swap {
  /** How much later than its time the first slot after the switch began, real ms. */
  readonly delayMs: number;
  /** What that is in slots of one second, as the paper's were. */
  readonly slotsLost: number;
  /** Of the first slots after. */
  readonly pdr: number;
  readonly rttMs: number;
}

/** t_interval of the paper's slots. */
const SECOND_MS = 1_000;
const ASK_LIMIT_MS = 10_000;

/** The paper's way: "shut-down of a JS process and the execution of a new one". */
export async function killAndRestart(options: SwapOptions): Promise<Swap> {
  const { from, to, processes, slotsBefore, slotsAfter } = options;
  await start(options, "before", from, 1);
  const before = await rowsOf(options, "before", slotsBefore);
  await processes.stopChild("before");
  await start(options, "after", to, 2);
  const after = await rowsOf(options, "after", slotsAfter);
  await processes.stopChild("after");
  return swapOf(before, after, options);
}

/** Between two slots of one process that goes on. */
export async function hotSwap(options: SwapOptions, carry: "none" | "model"): Promise<Swap> {
  const { from, to, processes, slotsBefore, slotsAfter } = options;
  await start(options, "mashup", from, 1);
  await rowsOf(options, "mashup", slotsBefore);
  const change: MashupMessage = { order: "change", changes: { policy: to, carry } };
  const { fromSlot } = await processes.ask<PolicyReport>("mashup", change, ASK_LIMIT_MS);
  const rows = await rowsOf(options, "mashup", fromSlot + slotsAfter - 1);
  await processes.stopChild("mashup");
  const [before, after] = [true, false].map((isBefore) =>
    rows.filter(({ slot }) => slot < fromSlot === isBefore),
  ) as [MashupRow[], MashupRow[]];
  return swapOf(before, after, options);
}

async function start(
  { processes, tds, m, timeScale }: SwapOptions,
  name: string,
  policy: string,
  seed: number,
): Promise<void> {
  const config: MashupConfig = { tds, policy, m, timeScale, seed };
  await processes.start<MashupConfig, null>(name, benchProgram("swap/mashup"), config);
}

/** Everything measured, once so many slots have ended. */
function rowsOf(
  { processes, intervalMs, timeScale }: SwapOptions,
  name: string,
  slots: number,
): Promise<readonly MashupRow[]> {
  const message: MashupMessage = { order: "rows" };
  const limitMs = 4 * slots * intervalMs * timeScale + 30_000;
  const look = async () => {
    const rows = await processes.ask<readonly MashupRow[]>(name, message, ASK_LIMIT_MS);
    return (rows.at(-1)?.slot ?? 0) >= slots && rows;
  };
  return until(`${slots} slots`, look, limitMs);
}

function swapOf(
  before: readonly MashupRow[],
  after: readonly MashupRow[],
  { slotsAfter, intervalMs, timeScale }: SwapOptions,
): Swap {
  const first = after[0];
  const gapMs = (first?.beganMs ?? Number.NaN) - (before.at(-1)?.beganMs ?? Number.NaN);
  const delayMs = gapMs - intervalMs * timeScale;
  const rows = after.filter(({ slot }) => slot < (first?.slot ?? 0) + slotsAfter);
  const answered = rows.filter(({ ok }) => ok);
  const sumMs = answered.reduce((sum, { rttMs }) => sum + (rttMs ?? 0), 0);
  return {
    delayMs,
    slotsLost: Math.max(0, Math.round(delayMs / SECOND_MS)),
    pdr: answered.length / Math.max(1, rows.length),
    rttMs: sumMs / Math.max(1, answered.length),
  };
}
