import { type BindingCapabilities, type BindingHarness, STRICTEST } from "./binding-under-test";
import type { Cell, CellGroup } from "./cell";
import { within } from "./check";
import { Rig, type RigOptions } from "./rig";
import { shortReason } from "./short-reason";

const CELL_TIMEOUT_MS = 20_000;
/** The Thing that malformed messages are aimed at. */
const TITLE = "Compliance 1";

/** What became of one cell. `reason` and `error` are absent where it holds. */
export interface CellResult {
  readonly cell: Cell;
  readonly group: string;
  /** Fits into a table: "hangs", "no output". */
  readonly reason?: string;
  readonly error?: unknown;
}

export interface RunOptions {
  readonly claims?: Partial<BindingCapabilities>;
  readonly rig?: RigOptions;
  readonly signal?: AbortSignal;
  readonly onResult?: (result: CellResult) => void;
}

/** Tries cells one after the other on one rig, outside any test runner. Closes the harness. */
export async function runCells(
  open: () => Promise<BindingHarness>,
  groups: readonly CellGroup[],
  { claims, rig: rigOptions, signal, onResult }: RunOptions = {},
): Promise<CellResult[]> {
  const capabilities = { ...STRICTEST, ...claims };
  const harness = await open();
  const results: CellResult[] = [];
  try {
    const rig = new Rig(harness, { title: TITLE, ...rigOptions });
    try {
      await within(rig.start(), CELL_TIMEOUT_MS);
      for (const { title, cells } of groups) {
        for (const cell of cells) {
          if (signal?.aborted) return results;
          const result = await runCell(title, cell, { harness, rig, capabilities });
          results.push(result);
          onResult?.(result);
        }
      }
    } finally {
      await rig.stop();
    }
  } finally {
    await harness.close();
  }
  return results;
}

async function runCell(
  group: string,
  cell: Cell,
  context: Parameters<Cell["run"]>[0],
): Promise<CellResult> {
  try {
    await within(cell.run(context), cell.timeoutMs ?? CELL_TIMEOUT_MS);
    return { group, cell };
  } catch (error) {
    return { group, cell, reason: shortReason(error), error };
  }
}
