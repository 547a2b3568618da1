import * as path from "node:path";
import { packageRoot } from "@fogwot/core";
import type { Check } from "../check";

/** Native modules, and the workspace that depends on each. */
const MODULES = [
  { name: "zeromq", owner: "@fogwot/fog", isNeeded: true },
  { name: "@duckdb/node-api", owner: "@fogwot/mashups", isNeeded: true },
  { name: "@swc/core", owner: "@fogwot/testbed", isNeeded: false },
] as const;

export const check: Check = () => {
  const results = MODULES.map(({ name, owner, isNeeded }) => ({
    name,
    isNeeded,
    fault: loadFault(name, owner),
  }));
  const bad = results.filter(({ fault }) => fault !== undefined);
  if (bad.length === 0) {
    return { level: "ok", found: `${MODULES.map(({ name }) => name).join(", ")} load` };
  }
  return {
    level: bad.some(({ isNeeded }) => isNeeded) ? "failed" : "warning",
    found: bad.map(({ name, fault }) => `${name}: ${fault}`).join("; "),
    mend: "run npm ci again on this machine: the modules' binaries are chosen at installation",
  };
};

function loadFault(name: string, owner: string): string | undefined {
  try {
    const home = path.dirname(
      require.resolve(`${owner}/package.json`, { paths: [packageRoot(__dirname)] }),
    );
    require(require.resolve(name, { paths: [home] }));
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  }
}
