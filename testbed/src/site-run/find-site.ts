import * as fs from "node:fs";
import * as path from "node:path";
import { ConfigError, packageRoot } from "@fogwot/core";

const SITES = path.join(packageRoot(__dirname), "sites");
const DEFAULT_SITE = "factory";

/**
 * The site file that a command line means: a file, a folder with a site.yaml, or the name of a
 * shipped site. Without one: ./site.yaml, else the factory.
 * @throws ConfigError when there is no such file
 */
export function findSiteFile(wanted: string | undefined, workingDirectory = process.cwd()): string {
  const candidates =
    wanted === undefined
      ? [path.join(workingDirectory, "site.yaml"), path.join(SITES, DEFAULT_SITE, "site.yaml")]
      : [
          path.resolve(workingDirectory, wanted),
          path.resolve(workingDirectory, wanted, "site.yaml"),
          path.join(SITES, wanted, "site.yaml"),
        ];
  const found = candidates.find((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile());
  if (found !== undefined) return found;
  throw new ConfigError(wanted ?? "site", [
    {
      path: "",
      got: "no such file",
      wanted: `a site file, a folder with a site.yaml, or one of: ${shippedSites().join(", ")}`,
    },
  ]);
}

/** Names of the sites in testbed/sites. */
export function shippedSites(): string[] {
  return fs
    .readdirSync(SITES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
