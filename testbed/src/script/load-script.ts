import * as fs from "node:fs";
import Module from "node:module";
import * as path from "node:path";
import { ConfigError } from "@fogwot/core";
import { ScriptError } from "../errors";
import { compileScript } from "./compile";
import { installHooks } from "./hooks";

const SCRIPT_FILE = /\.[cm]?[jt]s$/;

type LoadedModule = NodeModule & { _compile(code: string, file: string): void };
type Internals = typeof Module & { _nodeModulePaths(folder: string): string[] };

/**
 * Runs a script file as one asynchronous function with `globals` in its scope, so that `await`
 * stands at its top level; resolves when it ends. What it imports is compiled the same way when it
 * is TypeScript, and `@fogwot/*` is found wherever the script lies on disk.
 * @throws ConfigError when it cannot be read, ScriptError when it cannot be compiled or fails
 */
export async function runScript(
  file: string,
  globals: Readonly<Record<string, unknown>>,
): Promise<void> {
  const script = path.resolve(file);
  const source = readScript(script);
  const uninstall = installHooks();
  process.setSourceMapsEnabled(true);
  try {
    const exports = {};
    const body = loadBody(compileScript(source, script), script, Object.keys(globals));
    await body(exports, { exports }, ...Object.values(globals));
    await runDefaultExport(exports, globals);
  } catch (cause) {
    throw scriptFailure(script, cause);
  } finally {
    uninstall();
  }
}

/** What a script threw, with the lines of its stack that are the script's own. */
export function scriptFailure(script: string, thrown: unknown): ScriptError {
  if (thrown instanceof ScriptError) return thrown;
  return new ScriptError(`${script} failed: ${stackWithin(thrown, script)}`, { cause: thrown });
}

/**
 * Loads a TypeScript module, and what it imports, as `require` would: for modules that are given by file.
 * @throws ScriptError when it cannot be compiled or fails
 */
export function requireScript(file: string): Readonly<Record<string, unknown>> {
  const script = path.resolve(file);
  const uninstall = installHooks();
  try {
    return require(script) as Record<string, unknown>;
  } catch (cause) {
    throw scriptFailure(script, cause);
  } finally {
    uninstall();
  }
}

type Body = (exports: object, module: object, ...globals: unknown[]) => Promise<void>;

/**
 * The script's code as an asynchronous function, loaded as a module so that its `require` starts
 * from its own folder and its stack traces follow its source map.
 */
function loadBody(code: string, script: string, names: readonly string[]): Body {
  const loaded = new Module(script) as LoadedModule;
  loaded.filename = script;
  loaded.paths = (Module as Internals)._nodeModulePaths(path.dirname(script));
  // Opened on the first line: line numbers stay the script's own.
  const parameters = ["exports", "module", ...names].join(", ");
  loaded._compile(`module.exports = (async function (${parameters}) {${code}\n})`, script);
  return loaded.exports as Body;
}

/** @throws ConfigError */
export function readScript(script: string): string {
  try {
    return fs.readFileSync(script, "utf8");
  } catch (cause) {
    const got = (cause as NodeJS.ErrnoException).code ?? "no file";
    throw new ConfigError(script, [{ path: "", got, wanted: "a TypeScript or JavaScript file" }], {
      cause,
    });
  }
}

/** `export default async function ({ WoT, things }) { … }` is a mash-up as well. */
async function runDefaultExport(
  exports: Readonly<Record<string, unknown>>,
  globals: Readonly<Record<string, unknown>>,
): Promise<void> {
  const main = exports.default;
  if (typeof main === "function") await (main as (context: object) => unknown)({ ...globals });
  else await main;
}

/** The error's message and the lines of its stack that lie in a script, not in our machinery. */
function stackWithin(cause: unknown, script: string): string {
  if (!(cause instanceof Error)) return String(cause);
  const own = (cause.stack ?? "")
    .split("\n")
    .filter(
      (line) =>
        line.includes(path.dirname(script)) && SCRIPT_FILE.test(line.replace(/:\d+:\d+\)?$/, "")),
    );
  return [`${cause.name}: ${cause.message}`, ...own].join("\n");
}
