import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { createExclusively } from "../files/file-lock";

/**
 * The bearer token of a site: $FOGWOT_TOKEN (the same on every machine of a site that is spread
 * over several), else one made once and kept in the site's state folder with mode 0600.
 */
export function siteToken(directory: string, environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.FOGWOT_TOKEN) return environment.FOGWOT_TOKEN;
  const file = path.join(directory, "token");
  createExclusively(file, `${randomBytes(24).toString("base64url")}\n`);
  return fs.readFileSync(file, "utf8").trim();
}
