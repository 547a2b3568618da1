import { basicGroups, type Row, runCells } from "@fogwot/core/compliance";
import { CLAIMS, openPair, type Pair } from "./pair";

/** What the child is told, and what it answers. */
export interface TrialRequest {
  readonly pair: Pair;
  readonly row: Row;
}

export interface TrialVerdict {
  /** Why it does not work; absent where it does. */
  readonly reason?: string;
}

/** One row of the matrix in a process of its own, which node-wot's bindings may crash or hang. */
async function tryRow({ pair, row }: TrialRequest): Promise<TrialVerdict> {
  const claims = CLAIMS[pair.binding];
  const groups = basicGroups(claims).map(({ title, cells }) => ({
    title,
    cells: cells.filter((cell) => cell.row === row),
  }));
  let verdict: TrialVerdict = { reason: "not tried" };
  await new Promise<void>((resolve, reject) => {
    runCells(() => openPair(pair), groups, {
      claims,
      // Without a space: node-wot's MQTT binding drops messages to a Thing whose title has one.
      rig: { title: "compliance" },
      onResult: ({ reason }) => {
        verdict = reason === undefined ? {} : { reason };
        // What was found counts, however long the rest takes to stop.
        resolve();
      },
    }).then(() => resolve(), reject);
  });
  return verdict;
}

process.once("disconnect", () => process.exit(1));
process.once("message", (request: TrialRequest) => {
  tryRow(request).then(
    (verdict) => process.send?.(verdict, undefined, undefined, () => process.exit(0)),
    (error: unknown) => {
      const reason = `does not start: ${error instanceof Error ? error.message : String(error)}`;
      process.send?.({ reason }, undefined, undefined, () => process.exit(0));
    },
  );
});
