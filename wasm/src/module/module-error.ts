import { ProcessorError } from "../processor-error";

/** Bytes that are no WebAssembly module of version 1, or one beyond a limit. */
export class MalformedModuleError extends ProcessorError {
  readonly code = "MODULE_MALFORMED";
  /** Where in the module: `code[3]`, `export[0].name`. */
  readonly path: string;
  /** Bytes from the module's start. */
  readonly offset: number;
  constructor(path: string, offset: number, got: string, wanted: string) {
    super(`${path} at byte ${offset}: got ${got}, wanted ${wanted}`, {
      details: { path, offset, got, wanted },
    });
    this.path = path;
    this.offset = offset;
  }
}

/** An instruction, or a form of a section, of a feature that is not understood or not allowed. */
export class UnsupportedFeatureError extends ProcessorError {
  readonly code = "MODULE_FEATURE";
  readonly feature: Feature;
  readonly path: string;
  readonly offset: number;
  constructor(feature: Feature, path: string, offset: number, got: string) {
    super(`${path} at byte ${offset}: ${got} needs ${feature}`, {
      details: { feature, path, offset, got },
    });
    this.feature = feature;
    this.path = path;
    this.offset = offset;
  }
}

/** What a module may need beyond the first version of WebAssembly. */
export const FEATURES = [
  "mutable-globals",
  "multivalue",
  "sign-extension",
  "nontrapping-f2i",
  "bulk-memory-opt",
  "call-indirect-overlong",
  "extended-const",
  "bulk-memory",
  "reference-types",
  "simd",
  "relaxed-simd",
  "threads",
  "exceptions",
  "tail-calls",
  "gc",
  "multi-memory",
  "memory64",
  "custom-page-sizes",
] as const;
export type Feature = (typeof FEATURES)[number];
