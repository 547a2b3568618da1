import * as fs from "node:fs";
import * as path from "node:path";
import { ConfigError, loadSite, SITE_SCHEMA, validateConfig } from "@fogwot/core";
import type { Finding } from "@fogwot/thing-descriptions";
import { EMULATION_SCHEMA, loadEmulation } from "../emulation/emulation-file";
import { isUrl } from "./sources";

/** What is wrong with a site file or emulation file. @param source its file, "-" or a URL */
export function configFindings(
  kind: "site file" | "emulation file",
  value: unknown,
  source: string,
): Finding[] {
  try {
    if (kind === "emulation file") checkEmulation(value, source);
    else if (source === "-" || isUrl(source)) validateConfig(value, SITE_SCHEMA, source);
    else loadSite(source);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mismatches.map((mismatch) => ({
      level: "error",
      rule: kind,
      ...mismatch,
      got: JSON.stringify(mismatch.got) ?? "nothing",
    }));
  }
}

/** Against its site where that lies beside it; alone where it does not. */
function checkEmulation(value: unknown, source: string): void {
  const siteFile = path.join(path.dirname(source), "site.yaml");
  if (fs.existsSync(siteFile)) loadEmulation(source, loadSite(siteFile));
  else validateConfig(value, EMULATION_SCHEMA, source);
}
