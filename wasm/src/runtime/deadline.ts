import vm from "node:vm";
import { ProcessorError } from "../processor-error";

/** Work that held the thread longer than it may. */
export class DeadlineError extends ProcessorError {
  readonly code = "PROCESSOR_DEADLINE";
  constructor(deadlineMs: number, options: ErrorOptions) {
    super(`holds the thread for more than ${deadlineMs} ms`, {
      ...options,
      details: { deadlineMs },
    });
  }
}

/** Healthy calls on a busy machine are held up for some 50 ms now and then. */
export const SHORTEST_DEADLINE_MS = 250;

const box: { work: (() => unknown) | undefined } = { work: undefined };
let script: { readonly run: vm.Script; readonly context: vm.Context } | undefined;

/**
 * Runs `work` on this thread and ends it, WebAssembly too, when it takes too long: about 0.1 ms per
 * call, so that it stands around batches and not around frames. Nothing inside learns of the end: no
 * catch, no finally.
 * @throws DeadlineError
 */
export function withDeadline<T>(deadlineMs: number, work: () => T): T {
  script ??= { run: new vm.Script("box.work()"), context: vm.createContext({ box }) };
  const outer = box.work;
  box.work = work;
  try {
    const timeout = Math.max(SHORTEST_DEADLINE_MS, deadlineMs);
    return script.run.runInContext(script.context, { timeout }) as T;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw cause;
    throw new DeadlineError(deadlineMs, { cause });
  } finally {
    box.work = outer;
  }
}
