import * as fs from "node:fs";

export type DocumentKind = "Thing Description" | "Thing Model" | "site file" | "emulation file";

/** Told apart by what is in it: a site file names its nodes, an emulation file its boards. */
export function kindOf(value: unknown): DocumentKind {
  if (typeof value !== "object" || value === null) return "Thing Description";
  if (!("@context" in value)) {
    if ("nodes" in value) return "site file";
    if ("boards" in value) return "emulation file";
  }
  const types = "@type" in value ? [value["@type"]].flat() : [];
  return types.includes("tm:ThingModel") ? "Thing Model" : "Thing Description";
}

const LARGEST_BYTES = 16 * 1024 * 1024;

/** Whether a file that nobody named is worth being checked. */
export function looksLikeOurs(file: string): boolean {
  if (/\.(td|tm)\.json(ld)?$/i.test(file)) return true;
  const isJson = /\.json(ld)?$/i.test(file);
  const isYaml = /\.ya?ml$/i.test(file);
  if ((!isJson && !isYaml) || fs.statSync(file).size > LARGEST_BYTES) return false;
  const text = fs.readFileSync(file, "utf8");
  if (isYaml) return /^site:.*^nodes:/ms.test(text) || /^boards:/m.test(text);
  // A vocabulary has a context too; its terms stand in a graph.
  return (
    /"@context"|"securityDefinitions"|"tm:ThingModel"/.test(text) && !text.includes('"@graph"')
  );
}
