import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { ConfigError } from "@fogwot/core/base";
import type { DriverDefinition } from "./driver";

/** Names of the drivers that are there: one folder each. */
export function listDrivers(): string[] {
  return readdirSync(__dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isDriver(entry.name))
    .map((entry) => entry.name)
    .sort();
}

/** @throws ConfigError that names the drivers there are */
export function loadDriver(name: string): DriverDefinition {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name) || !isDriver(name)) {
    throw new ConfigError("driver", [
      { path: "/driver", got: name, wanted: `one of ${listDrivers().join(", ")}` },
    ]);
  }
  return (require(path.join(__dirname, name)) as { driver: DriverDefinition }).driver;
}

function isDriver(name: string): boolean {
  return ["index.js", "index.ts"].some((file) => existsSync(path.join(__dirname, name, file)));
}
