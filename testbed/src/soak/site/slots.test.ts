import { describe, expect, it } from "@jest/globals";
import type { ExportedRow } from "./outcomes";
import { SlotAudit } from "./slots";

function row(run: string, slot: number, device: string, ok = true): ExportedRow {
  return { run, slot, k: 0, device, ok, error: ok ? "" : "TIMEOUT", line: "" };
}

function audit(...rows: readonly ExportedRow[]) {
  const slots = new SlotAudit();
  for (const one of rows) slots.add(one);
  return slots.runs;
}

describe("the audit of slots", () => {
  it("finds a run whole whose slots follow each other, and counts its losses by device", () => {
    const rows = [row("a", 1, "x"), row("a", 1, "y", false), row("a", 2, "x"), row("a", 3, "y")];
    expect(audit(...rows)).toEqual([
      {
        ...{ run: "a", first: 1, last: 3, rows: 4, lost: 1, missing: [], repeated: 0 },
        byDevice: { x: { rows: 2, lost: 0 }, y: { rows: 2, lost: 1 } },
      },
    ]);
  });

  it("names slots that are missing, and counts a device asked twice in one", () => {
    const [run] = audit(row("a", 2, "x"), row("a", 5, "x"), row("a", 5, "x"), row("a", 6, "x"));
    expect(run).toMatchObject({ first: 2, last: 6, missing: [3, 4], repeated: 1 });
  });

  it("keeps runs apart", () => {
    const runs = audit(row("a", 1, "x"), row("b", 1, "x"), row("b", 2, "x"));
    expect(runs.map(({ run, last }) => [run, last])).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
  });
});
