import { openDuckDbStore } from "../duckdb/duckdb-store";
import { sampleOutcomes } from "./sample-rows";

/**
 * Appends rows until it is killed, and writes one line per acknowledged append: the last slot.
 *
 * Arguments: the store's file, the rows of one append.
 */
async function ingest(file: string, rowsPerAppend: number): Promise<never> {
  const store = await openDuckDbStore({ file, flushMs: 2, flushRows: 200 });
  process.stdout.write("open\n");
  let slot = 1;
  for (;;) {
    // Several appends at once, so that there is always one between the append and its flush.
    const starts = Array.from({ length: 8 }, () => {
      const firstSlot = slot;
      slot += rowsPerAppend;
      return firstSlot;
    });
    await Promise.all(
      starts.map(async (firstSlot) => {
        await store.append(sampleOutcomes(rowsPerAppend, { firstSlot }));
        process.stdout.write(`${firstSlot + rowsPerAppend - 1}\n`);
      }),
    );
  }
}

const [file = "", rows = "50"] = process.argv.slice(2);
ingest(file, Number(rows)).catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
  process.exit(1);
});
