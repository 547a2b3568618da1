import { basicGroups, cellGroups, ROWS, type Row, runCells } from "@fogwot/core/compliance";
import { type Binding, CLAIMS, type Maker, openPair } from "./pair";
import { runTrial } from "./trial";

/** Server and client under test: whose they are. */
export interface Side {
  readonly server: Maker;
  readonly client: Maker;
}

/** Ours alone, node-wot's alone, and one of ours with the other's counterpart. */
export const SIDES = {
  own: { server: "own", client: "own" },
  stock: { server: "stock", client: "stock" },
  server: { server: "own", client: "stock" },
  client: { server: "stock", client: "own" },
} as const satisfies Record<string, Side>;

/** One cell of the matrix. */
export interface Verdict {
  readonly row: Row;
  readonly binding: Binding;
  readonly server: Maker;
  readonly client: Maker;
  /** How many claims were tried. */
  readonly tried: number;
  /** Those that do not hold, in a few words each; the first is why the row does not work. */
  readonly failures: readonly { readonly claim: string; readonly reason: string }[];
}

export interface MatrixOptions {
  readonly bindings: readonly Binding[];
  readonly signal: AbortSignal;
  readonly onVerdict?: (verdict: Verdict) => void;
}

/** Rows that every implementation of node-wot's interfaces can be asked. */
export const BASIC_ROWS: readonly Row[] = (Object.keys(ROWS) as Row[]).filter((row) =>
  basicGroups().some(({ cells }) => cells.some((cell) => cell.row === row)),
);

/** Every cell of ours, in this process. @param onlyBasic the one of each row only */
export async function runOwn(
  { bindings, signal, onVerdict }: MatrixOptions,
  onlyBasic = false,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const binding of bindings) {
    const claims = CLAIMS[binding];
    const groups = onlyBasic ? basicGroups(claims) : cellGroups(claims);
    const results = await runCells(() => openPair({ binding, ...SIDES.own }), groups, {
      claims,
      signal,
    });
    for (const row of Object.keys(ROWS) as Row[]) {
      const tried = results.filter(({ cell }) => cell.row === row);
      if (tried.length === 0) continue;
      const failures = tried
        .filter(({ reason }) => reason !== undefined)
        .sort((a, b) => Number(b.cell.isBasic ?? false) - Number(a.cell.isBasic ?? false))
        .map(({ group, cell, reason = "" }) => ({ claim: `${group}: ${cell.title}`, reason }));
      const verdict = { row, binding, ...SIDES.own, tried: tried.length, failures };
      verdicts.push(verdict);
      onVerdict?.(verdict);
    }
  }
  return verdicts;
}

/** The basic cell of each row with node-wot's own on one side or both, each in its own process. */
export async function runTrials(
  side: Side,
  { bindings, signal, onVerdict }: MatrixOptions,
  rows: readonly Row[] = BASIC_ROWS,
): Promise<Verdict[]> {
  const wanted = bindings.flatMap((binding) => rows.map((row) => ({ binding, row })));
  const verdicts: Verdict[] = [];
  const lane = async (): Promise<void> => {
    for (let next = wanted.shift(); next && !signal.aborted; next = wanted.shift()) {
      const { binding, row } = next;
      const request = { pair: { binding, ...side }, row };
      let { reason } = await runTrial(request, signal);
      // Notifications come late on a busy machine: that must not count against anybody.
      if (reason?.endsWith("arrive")) ({ reason } = await runTrial(request, signal));
      const failures = reason === undefined ? [] : [{ claim: ROWS[row], reason }];
      const verdict = { row, binding, ...side, tried: 1, failures };
      verdicts.push(verdict);
      onVerdict?.(verdict);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return verdicts;
}

/** Trials at a time: they wait more than they work. */
const LANES = 3;
