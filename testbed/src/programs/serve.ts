import { type Program, runProgram } from "@fogwot/core";

/** A child program of a benchmark or a long run, once it works. */
export interface Serving<R> {
  readonly report: R;
  stop(): Promise<unknown>;
  onMessage?(message: unknown): Promise<unknown>;
}

/** Runs it in this process; it answers "cpu" with the CPU time used since its start, µs. */
export function serve<C, R>(name: string, start: (config: C) => Promise<Serving<R>>): void {
  const program: Program<C, R> = {
    async start(config) {
      const serving = await start(config);
      return {
        report: serving.report,
        stop: () => stopSoon(() => serving.stop()),
        onMessage: async (message) =>
          message === "cpu" ? cpuMicroseconds() : serving.onMessage?.(message),
      };
    },
  };
  runProgram(`testbed:${name}`, program);
}

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

const STOP_LIMIT_MS = 500;

/** Stock servers reject or hang when they are stopped with connections open; the process ends anyway. */
async function stopSoon(stop: () => Promise<unknown>): Promise<void> {
  const stopped = stop().catch(() => undefined);
  await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, STOP_LIMIT_MS))]);
}
