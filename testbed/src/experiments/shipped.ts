import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { loadYaml, packageRoot } from "@fogwot/core/base";
import { listPolicies, loadPolicy } from "@fogwot/mashups/base";

const FOLDER = path.join(packageRoot(__dirname), "experiments");

/** Each kind of file has its own schema; here only the title is read. */
const ANY = { type: "object" };

export interface ShippedEntry {
  readonly name: string;
  readonly title: string;
}

export interface Shipped {
  readonly experiments: readonly ShippedEntry[];
  readonly channels: readonly ShippedEntry[];
  readonly scenarios: readonly ShippedEntry[];
  readonly policies: readonly ShippedEntry[];
}

/** What an experiment file may name without a path. */
export function listShipped(): Shipped {
  return {
    experiments: entriesOf(FOLDER),
    channels: entriesOf(path.join(FOLDER, "channels")),
    scenarios: entriesOf(path.join(FOLDER, "scenarios")),
    policies: listPolicies().map((name) => ({ name, title: loadPolicy(name).title })),
  };
}

/**
 * The file that a name or a path means.
 * @param kind folder of shipped files: "" for experiments
 * @param base folder that a path is relative to
 */
export function findShipped(wanted: string, kind: "" | "channels", base: string): string {
  const shipped = path.join(FOLDER, kind, `${wanted}.yaml`);
  const own = path.resolve(base, wanted);
  const isShipped = !isFile(own) && /^[a-z0-9-]+$/i.test(wanted) && isFile(shipped);
  return isShipped ? shipped : own;
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function entriesOf(folder: string): ShippedEntry[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => {
      const { title = "" } = loadYaml<Partial<ShippedEntry>>(path.join(folder, file), ANY);
      return { name: file.slice(0, -".yaml".length), title };
    });
}
