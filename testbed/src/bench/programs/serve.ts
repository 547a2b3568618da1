import { type Program, runProgram } from "@fogwot/core";

/** A server program of a benchmark: tells where it answers, and what CPU time it has used. */
export function serve<C, R>(
  name: string,
  start: (config: C) => Promise<{ readonly report: R; stop(): Promise<unknown> }>,
): void {
  const program: Program<C, R> = {
    async start(config) {
      const { report, stop } = await start(config);
      return { report, stop: () => stopSoon(stop), onMessage: async () => cpuMicroseconds() };
    },
  };
  runProgram(`testbed:bench-${name}`, program);
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
