import type { InstalledProcessor, ProcessorFigures } from "../runtime";

export interface ProcessorReport {
  readonly name: string;
  /** null: nothing is installed yet. */
  readonly running: {
    readonly processor: string;
    readonly version: string;
    readonly wasmSha256: string;
    readonly counter: number;
    readonly status: string;
    readonly previousWasmSha256: string | null;
    readonly memoryPages: number;
  } | null;
  readonly figures: ProcessorFigures | null;
}

export function reportOf(name: string, installed: InstalledProcessor | undefined): ProcessorReport {
  const { hosted } = installed ?? {};
  if (!hosted) return { name, running: null, figures: null };
  const { active, previous, status } = hosted;
  return {
    name,
    running: {
      processor: active.name,
      version: active.version,
      wasmSha256: active.wasmSha256,
      counter: active.counter,
      status,
      previousWasmSha256: previous?.wasmSha256 ?? null,
      memoryPages: active.memoryPages,
    },
    figures: hosted.figures(),
  };
}
