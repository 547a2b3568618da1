import { FogwotError, type FogwotErrorOptions } from "@fogwot/core/base";

/** Results cannot be written or read: a full disk, a folder without permission, a broken file. */
export class ExperimentFileError extends FogwotError {
  readonly code = "EXPERIMENT_FILE";
  readonly title = "A file of the experiment failed";
  readonly status = 500;
  constructor(file: string, reason: string, options: FogwotErrorOptions = {}) {
    super(`${file}: ${reason}`, { ...options, details: { file, reason } });
  }
}

/** What the operating system refused becomes an error that names the file; the rest stays. */
export function explainFileError(error: unknown, file: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  return new ExperimentFileError(file, `${syscall} ${code}`, { cause: error });
}
