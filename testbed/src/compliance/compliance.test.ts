import { ROWS } from "@fogwot/core/compliance";
import { describe, expect, it } from "@jest/globals";
import { BASIC_ROWS, runOwn, runTrials, SIDES, type Verdict } from "./matrix";
import { BINDINGS } from "./pair";
import { readmeTable, writeReadmeTable } from "./readme";
import { markdownTable } from "./table";

const { signal } = new AbortController();
const options = { bindings: BINDINGS, signal };

/** Cells of a table by row and column heading. */
function cellsOf(table: string): Record<string, Record<string, string>> {
  const [heads = [], , ...rows] = table
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return Object.fromEntries(
    rows.map(([title, ...cells]) => [
      title,
      Object.fromEntries(cells.map((cell, n) => [heads[n + 1], cell])),
    ]),
  );
}

describe("the operation matrix in the README", () => {
  it("says of our bindings what a run of each says (UPDATE_GOLDEN=1 rewrites it all)", async () => {
    if (process.env.UPDATE_GOLDEN === "1") {
      const all = [...(await runOwn(options)), ...(await runTrials(SIDES.stock, options))];
      writeReadmeTable(markdownTable(all));
    }
    const run = cellsOf(markdownTable(await runOwn(options, true)));
    const written = cellsOf(readmeTable());
    for (const row of BASIC_ROWS) expect(written[ROWS[row]]).toMatchObject(run[ROWS[row]] ?? {});
    expect(Object.keys(written)).toEqual(Object.values(ROWS));
    for (const cells of Object.values(written)) expect(Object.keys(cells)).toHaveLength(6);
  }, 600_000);
});

describe("a trial in a process of its own", () => {
  const reasons = async (verdicts: Promise<Verdict[]>): Promise<string[]> =>
    (await verdicts).map(({ failures }) => failures[0]?.reason ?? "works");

  it("tells what works from what hangs, crashes and gives nothing", async () => {
    const trial = (binding: (typeof BINDINGS)[number], row: keyof typeof ROWS) =>
      reasons(runTrials(SIDES.stock, { bindings: [binding], signal }, [row]));
    expect(
      await Promise.all([
        trial("http", "readproperty"),
        trial("mqtt", "readproperty"),
        trial("mqtt", "invokeaction"),
        trial("coap", "observeproperty"),
      ]),
    ).toEqual([["works"], ["hangs"], ["no output"], ["the process dies"]]);
  }, 60_000);

  it("puts our server under node-wot's client, and our client at node-wot's server", async () => {
    const run = { bindings: ["http"], signal } as const;
    const trial = (side: "server" | "client") =>
      reasons(runTrials(SIDES[side], run, ["invokeaction"]));
    expect(await Promise.all([trial("server"), trial("client")])).toEqual([["works"], ["works"]]);
  }, 60_000);
});
