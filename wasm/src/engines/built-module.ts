import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildProcessor } from "../build/build";
import { type ProcessorFolder, readProcessor } from "../build/read-processor";
import { packageRoot } from "../package-root";
import { cached, cachePlace } from "./build";
import type { ModuleBytes } from "./engine";

export interface BuiltModule extends ProcessorFolder {
  readonly wasm: ModuleBytes;
}

/** All that makes a module out of a processor's sources, below the package's root. */
const MAKERS = ["abi", "src/build", "src/publish", "src/module"];

/**
 * One of our processors, through the publish pass; built once for each state of its sources.
 * @throws CompileError, ManifestError, PublishError
 */
export async function builtModule(name: string): Promise<BuiltModule> {
  const processor = readProcessor(path.join(packageRoot(), "processors", name));
  const folders = MAKERS.map((maker) => path.join(packageRoot(), maker));
  const files = [...folders, path.join(processor.folder, "assembly")].flatMap(filesBelow);
  const parts = [JSON.stringify(processor.manifest), ...files.map((file) => readFileSync(file))];
  const place = cachePlace(`processor-${name}`, parts);
  if (place.isNew) {
    const { wasm } = await buildProcessor({ folder: processor.folder });
    cached(`processor-${name}`, parts, (target) => {
      writeFileSync(path.join(target, "module.wasm"), wasm);
    });
  }
  return {
    ...processor,
    wasm: new Uint8Array(readFileSync(path.join(place.folder, "module.wasm"))),
  };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.endsWith(".test.ts"))
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .sort();
}
