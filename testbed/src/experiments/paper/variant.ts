import { readdirSync } from "node:fs";
import path from "node:path";
import type { PolicyDefinition } from "@fogwot/mashups";
import type { World } from "../world";

/** How one of P1, P2 and P3 is run for the sensitivity table. */
export interface VariantRun {
  /** A product's policy by name, or a reading of its own made for the world. */
  readonly policy?: string | ((world: World) => PolicyDefinition);
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly timeoutMs?: number;
  /** Of the channel. */
  readonly loss?: "iid";
}

/**
 * One alternative reading of an ambiguity. A file in `variants/` exports it as `variant`; that is
 * all it takes to stand in the table.
 */
export interface Variant {
  /** Number of the ambiguity in reference section 1.1; they stand in this order. */
  readonly ambiguity: number;
  readonly question: string;
  readonly choice: string;
  readonly alternative: string;
  /** null where the reading does not concern the policy. */
  run(policy: string): VariantRun | null;
}

const FOLDER = path.join(__dirname, "variants");

export function listVariants(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => /^[a-z0-9-]+\.(js|ts)$/.test(file))
    .map((file) => path.parse(file).name)
    .sort();
}

export function loadVariant(name: string): Variant {
  return (require(path.join(FOLDER, name)) as { variant: Variant }).variant;
}
