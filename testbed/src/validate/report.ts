import type { Finding } from "@fogwot/thing-descriptions";
import type { ProbeOutcome } from "./probe";
import type { Validated } from "./validate";

/** What a person reads of one document: a line each finding, and how to mend it. */
export function documentLines(checked: Validated): string[] {
  const { source, kind, errors, warnings, findings, probe } = checked;
  const verdict = errors === 0 ? `a valid ${kind}` : `no valid ${kind}`;
  const counts = [counted(errors, "error"), counted(warnings, "warning")].filter(Boolean);
  return [
    `${source}: ${[verdict, ...counts].join(", ")}`,
    ...findings.flatMap((finding) => findingLines(source, finding)),
    ...(probe ? probeLines(probe) : []),
  ];
}

/** As compilers write it, so that editors find the place. */
function findingLines(source: string, { line, level, path, got, wanted, rule }: Finding): string[] {
  const place = line === undefined ? source : `${source}:${line}`;
  return [`  ${place}: ${level}: ${path || "/"}: ${got}`, `      mend: ${wanted}  [${rule}]`];
}

/** What was tried, by result; what failed and what was left out one by one. */
export function probeLines(outcomes: readonly ProbeOutcome[]): string[] {
  const count = (result: string): number => outcomes.filter((one) => one.result === result).length;
  const results = [...new Set(outcomes.map(({ result }) => result))];
  const lines = outcomes.map(({ result, op, path, scheme, durationMs, detail }) => {
    const time = durationMs === null ? "" : `${durationMs.toFixed(0)} ms`;
    const cells = [pad(result, 18), pad(op, 22), pad(scheme, 6), pad(time, 8), path];
    return `  ${cells.join(" ")}${detail === null ? "" : `  (${detail})`}`;
  });
  const totals = results.map((result) => `${count(result)} ${result}`).join(", ");
  return [...lines, `  ${outcomes.length} operations of forms tried: ${totals || "none"}`];
}

/** The last line of all. */
export function totalLine(all: readonly Validated[]): string {
  const invalid = all.filter(({ valid }) => !valid).length;
  const errors = all.reduce((sum, one) => sum + one.errors, 0);
  const warnings = all.reduce((sum, one) => sum + one.warnings, 0);
  const documents = counted(all.length, "document") || "no document";
  const counts = [counted(errors, "error"), counted(warnings, "warning")].filter(Boolean);
  const verdict = invalid === 0 ? "all valid" : `${invalid} not valid`;
  return [`${documents}: ${verdict}`, ...counts].join(", ");
}

function counted(count: number, what: string): string {
  if (count === 0) return "";
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function pad(text: string, width: number): string {
  return text.padEnd(width);
}
