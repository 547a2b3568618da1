import { execFile } from "node:child_process";
import * as path from "node:path";
import { packageRoot } from "../package-root";
import { ProcessorError } from "../processor-error";

/** A compiler refused a source, or did not end in time; its own words are in the message. */
export class CompileError extends ProcessorError {
  readonly code = "COMPILE";
}

export interface CompileOptions {
  /** `assembly/index.ts` of a processor. */
  readonly entry: string;
  /** Where the module goes. */
  readonly outFile: string;
  readonly memoryMaxPages: number;
  /** Bytes of the in- and the out-buffer of the ABI library. */
  readonly buffers: { readonly in: number; readonly out: number };
  /** `minimal` for modules that make objects. @default "stub" */
  readonly runtime?: "stub" | "minimal";
  readonly isSimd?: boolean;
  readonly signal?: AbortSignal;
}

/** A module of a hundred functions takes 2 s. */
const LONGEST_MS = 120_000;
const MOST_OUTPUT_BYTES = 1_048_576;

/**
 * Compiles AssemblyScript in a process of its own: the compiler is an ES module of 100 MB that a fog node
 * must never load, and a child can be ended. `import … from "fogwot"` finds the ABI library.
 * @throws CompileError with the compiler's diagnostics
 */
export function compile(options: CompileOptions): Promise<void> {
  const { entry, outFile, memoryMaxPages, buffers, runtime = "stub", isSimd = false } = options;
  const compiler = require.resolve("assemblyscript/bin/asc.js");
  const folder = path.dirname(entry);
  const args = [
    // Relative names: where a folder lies must not show in what is made of it.
    ...[path.basename(entry), "--outFile", path.relative(folder, outFile)],
    ...["-O3", "--noAssert", "--runtime", runtime, "--use", "abort="],
    ...["--initialMemory", "1", "--maximumMemory", String(memoryMaxPages)],
    ...["--lib", path.relative(folder, path.join(packageRoot(), "abi", "assembly"))],
    ...["--use", `FOGWOT_IN_BYTES=${buffers.in}`, "--use", `FOGWOT_OUT_BYTES=${buffers.out}`],
    ...(isSimd ? ["--enable", "simd"] : []),
  ];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [compiler, ...args],
      {
        cwd: folder,
        timeout: LONGEST_MS,
        maxBuffer: MOST_OUTPUT_BYTES,
        ...(options.signal ? { signal: options.signal } : {}),
      },
      (error, stdout, stderr) => {
        if (!error) return resolve();
        const said = `${stderr}${stdout}`.trim();
        reject(new CompileError(`${entry} does not compile:\n${said}`, { cause: error }));
      },
    );
  });
}
