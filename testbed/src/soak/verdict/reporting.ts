import * as path from "node:path";
import { compiledEntry } from "@fogwot/core";
import { REPORT_FOLDER } from "./collector";

const COLLECTOR = compiledEntry(path.join(__dirname, `collector${path.extname(__filename)}`));

/** Environment of processes that report their memory to a folder. */
export function reportingTo(folder: string): Readonly<Record<string, string>> {
  const before = process.env.NODE_OPTIONS ?? "";
  return {
    [REPORT_FOLDER]: folder,
    NODE_OPTIONS: `${before} --require ${JSON.stringify(COLLECTOR)}`,
  };
}
