import * as path from "node:path";
import type * as Swc from "@swc/core";
import { ScriptError } from "../errors";

/**
 * TypeScript or JavaScript, with `import` or `require`, → CommonJS with an inline source map.
 * Types are stripped, not checked. `await` at the top level stays as it stands.
 * @throws ScriptError with the place of a syntax error
 */
export function compileScript(source: string, file: string): string {
  const { transformSync } = require("@swc/core") as typeof Swc;
  const isTypeScript = /\.[cm]?ts$/.test(file);
  try {
    return transformSync(source, {
      filename: path.basename(file),
      swcrc: false,
      configFile: false,
      isModule: true,
      jsc: {
        parser: isTypeScript ? { syntax: "typescript" } : { syntax: "ecmascript" },
        target: "es2022",
        // Imports that are only types would be required at run time otherwise.
        transform: { verbatimModuleSyntax: false },
      },
      module: { type: "commonjs", strictMode: false, ignoreDynamic: false },
      sourceMaps: "inline",
    }).code;
  } catch (cause) {
    // The place comes first; what follows "Caused by" is the compiler's own stack.
    const said = (cause instanceof Error ? cause.message : String(cause)).split("\n\nCaused by")[0];
    throw new ScriptError(`${file} cannot be compiled:\n${said?.trimEnd()}`);
  }
}
