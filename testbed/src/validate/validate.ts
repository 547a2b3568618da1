import * as fs from "node:fs";
import * as path from "node:path";
import { ConfigError, loadSite, loadYaml, UnreachableError, validateConfig } from "@fogwot/core";
import { explain, type Finding } from "@fogwot/thing-descriptions";
import { EMULATION_SCHEMA, loadEmulation } from "../emulation/emulation-file";

export interface Validated {
  readonly source: string;
  readonly kind: "Thing Description" | "site file" | "emulation file";
  readonly valid: boolean;
  readonly errors: number;
  readonly warnings: number;
  readonly findings: readonly Finding[];
}

const FETCH_LIMIT_MS = 10_000;

/**
 * Checks one file, told apart by what is in it: a site file names its nodes, an emulation file its
 * boards, anything else is held to the Thing Description rules.
 * @param source a file, "-" for stdin, or an http(s) URL
 * @throws ConfigError when it cannot be read or parsed, UnreachableError
 */
export async function validate(source: string): Promise<Validated> {
  const value = await read(source);
  const kind = kindOf(value);
  const findings =
    kind === "Thing Description" ? explain(value) : configFindings(kind, value, source);
  const errors = findings.filter((finding) => finding.level === "error").length;
  return {
    source,
    kind,
    valid: errors === 0,
    errors,
    warnings: findings.length - errors,
    findings,
  };
}

async function read(source: string): Promise<unknown> {
  // YAML holds JSON; the empty schema accepts every document.
  if (source !== "-" && !/^https?:\/\//.test(source)) return loadYaml<unknown>(source, {});
  const text = source === "-" ? fs.readFileSync(0, "utf8") : await download(source);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(source, [{ path: "", got: text.slice(0, 40), wanted: "JSON" }], {
      cause,
    });
  }
}

async function download(url: string): Promise<string> {
  try {
    const response = await fetch(url, {
      headers: { accept: "application/td+json, application/json" },
      signal: AbortSignal.timeout(FETCH_LIMIT_MS),
    });
    if (!response.ok) throw new UnreachableError(url, `${response.status}`);
    return await response.text();
  } catch (cause) {
    if (cause instanceof UnreachableError) throw cause;
    throw new UnreachableError(url, String(cause), { cause });
  }
}

function kindOf(value: unknown): Validated["kind"] {
  const isObject = typeof value === "object" && value !== null && !("@context" in value);
  if (isObject && "nodes" in value) return "site file";
  if (isObject && "boards" in value) return "emulation file";
  return "Thing Description";
}

function configFindings(kind: string, value: unknown, source: string): Finding[] {
  try {
    if (kind === "site file") loadSite(source);
    else checkEmulation(value, source);
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
