import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { secretFromEnvironment } from "@fogwot/core";
import { createExclusively } from "../files/file-lock";

/**
 * The bearer token of a site: $FOGWOT_TOKEN or the file $FOGWOT_TOKEN_FILE (the same on every machine of a site that is spread
 * over several), else one made once and kept in the site's state folder with mode 0600.
 */
export function siteToken(directory: string, environment: NodeJS.ProcessEnv = process.env): string {
  const given = secretFromEnvironment("FOGWOT_TOKEN", environment);
  if (given) return given;
  const file = path.join(directory, "token");
  createExclusively(file, `${randomBytes(24).toString("base64url")}\n`);
  return fs.readFileSync(file, "utf8").trim();
}
