import * as fs from "node:fs";
import * as path from "node:path";
import { NotFoundError, packageRoot } from "@fogwot/core";

const BEGIN = "<!-- compliance: written by fogwot compliance --readme -->";
const END = "<!-- /compliance -->";

/** The README of the repository this command runs from. */
export const README = path.join(packageRoot(__dirname), "..", "README.md");

/** The table as it stands there. @throws NotFoundError without the markers */
export function readmeTable(text: string = fs.readFileSync(README, "utf8")): string {
  const { begin, end } = bounds(text);
  return text.slice(begin, end).trim();
}

/** Puts a table between the markers. */
export function writeReadmeTable(table: string, file = README): void {
  const text = fs.readFileSync(file, "utf8");
  const { begin, end } = bounds(text);
  fs.writeFileSync(file, `${text.slice(0, begin)}\n${table}\n${text.slice(end)}`);
}

function bounds(text: string): { begin: number; end: number } {
  const at = text.indexOf(BEGIN);
  const end = text.indexOf(END, at);
  if (at < 0 || end < 0) throw new NotFoundError(`the markers ${BEGIN} … ${END} in README.md`);
  return { begin: at + BEGIN.length, end };
}
