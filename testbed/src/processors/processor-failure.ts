import { ConfigError, FogwotError } from "@fogwot/core";
import { ManifestError, ProcessorError } from "@fogwot/wasm";

/** What @fogwot/wasm says of a processor, as an error that the command line and the Web can tell. */
export class ProcessorFailure extends FogwotError {
  readonly code: string;
  readonly title = "The processor is not in order";
  readonly status = 422;
  constructor(cause: ProcessorError) {
    super(cause.message, { details: cause.details });
    this.code = cause.code;
  }
}

/** Runs work on processors, with its errors as ours. @throws ConfigError for manifests, ProcessorFailure */
export async function onProcessors<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ManifestError) {
      throw new ConfigError(cause.source, cause.mismatches, { cause });
    }
    if (cause instanceof ProcessorError) throw new ProcessorFailure(cause);
    throw cause;
  }
}
