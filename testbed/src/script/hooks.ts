import * as fs from "node:fs";
import Module from "node:module";
import * as path from "node:path";
import { packageRoot } from "@fogwot/core/base";
import { compileScript } from "./compile";

const HOME = path.join(packageRoot(__dirname), "package.json");

type Resolve = (request: string, parent: unknown, isMain: boolean, options?: object) => string;
type LoadedModule = NodeModule & { _compile(code: string, file: string): void };
type Internals = typeof Module & {
  _resolveFilename: Resolve;
  _extensions: Record<string, (module: LoadedModule, file: string) => void>;
};

/** Until the result is called: TypeScript can be required, and our packages are found from anywhere. */
export function installHooks(): () => void {
  const internals = Module as Internals;
  const resolve = internals._resolveFilename;
  const before = internals._extensions[".ts"];
  internals._resolveFilename = (request, parent, isMain, options) => {
    if (!request.startsWith("@fogwot/")) return resolve(request, parent, isMain, options);
    return resolve(request, parent, isMain, { ...options, paths: [path.dirname(HOME)] });
  };
  internals._extensions[".ts"] = (module, file) => {
    module._compile(compileScript(fs.readFileSync(file, "utf8"), file), file);
  };
  return () => {
    internals._resolveFilename = resolve;
    if (before) internals._extensions[".ts"] = before;
    else delete internals._extensions[".ts"];
  };
}
