import * as fs from "node:fs";
import * as path from "node:path";
import type { Check, CheckContext, Diagnosis } from "./check";

const CHECKS = path.join(__dirname, "checks");

/** Runs every check in `checks/`. A check that itself fails is a failed one. */
export function examine(context: CheckContext): Promise<(Diagnosis & { name: string })[]> {
  const names = fs
    .readdirSync(CHECKS)
    .filter((file) => /^[a-z0-9-]+\.(js|ts)$/.test(file))
    .map((file) => file.replace(/\.(js|ts)$/, ""))
    .sort();
  return Promise.all(
    names.map(async (name) => {
      const { check } = require(path.join(CHECKS, name)) as { check: Check };
      return { name, ...(await run(check, context)) };
    }),
  );
}

async function run(check: Check, context: CheckContext): Promise<Diagnosis> {
  try {
    return await check(context);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return { level: "failed", found, mend: "see the message" };
  }
}
