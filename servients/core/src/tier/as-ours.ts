import { InputError, type Mismatch, ProcessorProblemError } from "../errors";

/** An error of the processors' package, which imports nothing of ours. */
interface ProcessorFault extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** Of a record or manifest. */
  readonly mismatches?: readonly Mismatch[];
}

const CODES = /^(PROCESSOR_|PUBLISHER_KEY$|MODULE_|MANIFEST$)/;

/** Runs work of the processors' package with its errors as ours. @throws ProcessorProblemError, InputError */
export async function asOurs<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isProcessorFault(cause)) throw cause;
    const [first] = cause.mismatches ?? [];
    if (first) throw new InputError(first, { cause });
    throw new ProcessorProblemError(cause);
  }
}

function isProcessorFault(thrown: unknown): thrown is ProcessorFault {
  const { code, details } = (thrown ?? {}) as Partial<ProcessorFault>;
  return thrown instanceof Error && details !== undefined && CODES.test(code ?? "");
}
