import { ConfigError, ProcessorProblemError } from "@fogwot/core";
import { ManifestError, ProcessorError } from "@fogwot/wasm";

/** Runs work on processors, with its errors as ours. @throws ConfigError for manifests, ProcessorProblemError */
export async function onProcessors<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ManifestError) {
      throw new ConfigError(cause.source, cause.mismatches, { cause });
    }
    if (cause instanceof ProcessorError) throw new ProcessorProblemError(cause);
    throw cause;
  }
}
