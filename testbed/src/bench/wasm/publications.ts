import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  type Artifact,
  type Manifest,
  makePublisherKey,
  NO_TRUST,
  openPart,
  publish,
  type Trust,
} from "@fogwot/wasm";
import { type BuiltModule, builtFolder, builtModule, processorFolder } from "@fogwot/wasm/engines";

const NAME = "moving-average";

/** Publications of one processor, each newer than the one before, by a key of this run alone. */
export class Publications {
  readonly trust: Trust;
  readonly #key = makePublisherKey("bench");
  readonly #versions: readonly BuiltModule[];
  #last: Manifest | undefined;
  #count = 0;

  private constructor(versions: readonly BuiltModule[]) {
    this.#versions = versions;
    this.trust = { ...NO_TRUST, publishers: [openPart(this.#key)] };
  }

  /**
   * Of moving-average as it is, and as 1.1.0 with larger buffers: other code, the same saved state.
   * @throws CompileError
   */
  static async open(): Promise<Publications> {
    return new Publications([await builtModule(NAME), await largerVersion()]);
  }

  /** Each version twice in turn: half of the swaps are to the same bytes, half to others. */
  next(): Artifact {
    const { manifest, wasm } = this.#versions[(this.#count++ >> 1) % 2] as BuiltModule;
    const previous = this.#last ? { previous: this.#last } : {};
    const { said, ...artifact } = publish({ manifest, wasm, key: this.#key, ...previous });
    this.#last = said;
    return artifact;
  }
}

async function largerVersion(): Promise<BuiltModule> {
  const folder = mkdtempSync(path.join(tmpdir(), "fogwot-bench-"));
  try {
    cpSync(processorFolder(NAME), folder, { recursive: true });
    const file = path.join(folder, "manifest.json");
    const manifest = JSON.parse(readFileSync(file, "utf8")) as object;
    const buffers = { in: 8_192, out: 8_192 };
    writeFileSync(file, JSON.stringify({ ...manifest, version: "1.1.0", buffers }));
    return await builtFolder(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
