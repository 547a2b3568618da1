import type { Manifest } from "../manifest";
import { parseModule } from "../module";
import { stateGlobals } from "../publish/globals";
import { ProcessorFaultError } from "../runtime/fault";
import type { CallResult, RunningVersion, SavedState } from "../runtime/running-version";
import { sha256Hex } from "../sha256";
import { type GlobalType, PAGE_BYTES, type StateImage, StateImageError } from "../state";
import type { Grants, OutputLimits } from "./capabilities";
import { globalImages, restoreGlobals } from "./global-images";
import { WasmInstance } from "./wasm-instance";

/** Everything an instance is made from; compiled once, instantiated as often as needed. */
export interface VersionSource {
  readonly manifest: Manifest;
  readonly module: WebAssembly.Module;
  /** Of `__g0`, `__g1`, …. */
  readonly globalTypes: readonly GlobalType[];
  /** What init is given. */
  readonly config: Uint8Array;
  readonly grants: Grants;
  readonly limits?: OutputLimits;
}

/** A version that runs on V8 in this thread. */
export class WasmVersion implements RunningVersion {
  readonly #source: VersionSource;
  readonly #configSha256: string;
  #instance: WasmInstance;

  /** @throws ProcessorFaultError when init faults or refuses its configuration */
  constructor(source: VersionSource) {
    this.#source = source;
    this.#configSha256 = sha256Hex(source.config);
    this.#instance = started(source);
  }

  /** Compiles off the thread; nothing runs yet. @param bytes admitted ones */
  static async prepare(
    bytes: Uint8Array<ArrayBuffer>,
    options: Omit<VersionSource, "module" | "globalTypes">,
  ): Promise<VersionSource> {
    return {
      ...options,
      module: await WebAssembly.compile(bytes),
      globalTypes: stateGlobalTypes(bytes),
    };
  }

  get name(): string {
    return this.#source.manifest.name;
  }

  get version(): string {
    return this.#source.manifest.version;
  }

  get manifest(): Manifest {
    return this.#source.manifest;
  }

  get wasmSha256(): string {
    return this.#source.manifest.wasmSha256;
  }

  get counter(): number {
    return this.#source.manifest.counter;
  }

  get configSha256(): string {
    return this.#configSha256;
  }

  get acceptsState(): readonly number[] {
    const { stateVersion, acceptsState } = this.#source.manifest;
    return stateVersion === 0 ? [] : [stateVersion, ...acceptsState];
  }

  get memoryPages(): number {
    return this.#instance.memory.buffer.byteLength / PAGE_BYTES;
  }

  get hasTick(): boolean {
    return this.#instance.hasTick;
  }

  process(port: number, frame: Uint8Array): CallResult {
    return this.#instance.process(port, frame);
  }

  tick(nowMs: number): CallResult {
    return this.#instance.tick(nowMs);
  }

  image(): StateImage {
    const { memory, globals } = this.#instance;
    return {
      wasmSha256: this.wasmSha256,
      memory: new Uint8Array(memory.buffer.slice(0)),
      globals: globalImages(globals, this.#source.globalTypes),
    };
  }

  restore(image: StateImage): void {
    if (image.wasmSha256 !== this.wasmSha256) {
      throw new StateImageError("wasmSha256", image.wasmSha256, this.wasmSha256);
    }
    const { memory, globals } = this.#instance;
    const pages = image.memory.length / PAGE_BYTES;
    const { memoryMaxPages } = this.#source.manifest;
    if (pages > memoryMaxPages) {
      throw new StateImageError("pages", `${pages}`, `at most ${memoryMaxPages}`);
    }
    const missing = image.memory.length - memory.buffer.byteLength;
    if (missing > 0) memory.grow(missing / PAGE_BYTES);
    const bytes = new Uint8Array(memory.buffer);
    bytes.set(image.memory);
    bytes.fill(0, image.memory.length);
    restoreGlobals(globals, this.#source.globalTypes, image.globals);
  }

  saveState(): SavedState | null {
    const { stateVersion } = this.#source.manifest;
    const bytes = stateVersion === 0 ? undefined : this.#instance.saveState();
    return bytes ? { version: stateVersion, bytes } : null;
  }

  loadState({ version, bytes }: SavedState): boolean {
    if (this.#instance.loadState(bytes, version)) return true;
    // It may have taken half of it.
    this.#instance = started(this.#source);
    return false;
  }

  renew(): WasmVersion {
    return new WasmVersion(this.#source);
  }
}

function started({ module, manifest, grants, limits, config }: VersionSource): WasmInstance {
  const instance = new WasmInstance(module, manifest, grants, limits);
  const code = instance.init(config);
  if (code < 0) {
    throw new ProcessorFaultError(manifest.name, "contract", `init answers ${code}`);
  }
  return instance;
}

function stateGlobalTypes(bytes: Uint8Array): GlobalType[] {
  const module = parseModule(bytes);
  return stateGlobals(module.exports)
    .toSorted((a, b) => Number(a.name.slice(3)) - Number(b.name.slice(3)))
    .map(({ index }) => module.globals[index]?.type as GlobalType);
}
