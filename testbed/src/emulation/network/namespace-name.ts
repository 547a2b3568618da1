import { isAlive, startTicks } from "../../files/process-table";

/** The two ends of the leg. */
export type LegEnd = "fog" | "server";

const PATTERN = /^fogwot-(\d+)-(\d+)-(fog|server)$/;

/** `fogwot-<pid>-<start>-fog`: whose it is can be seen from the name alone, after a kill -9 too. */
export function namespaceName(end: LegEnd, pid: number = process.pid): string {
  return `fogwot-${pid}-${startTicks(pid) ?? 0}-${end}`;
}

/** Whether the namespace was made by a measurement whose process is gone. */
export function isLeftOver(name: string): boolean {
  const [, pid, ticks] = PATTERN.exec(name) ?? [];
  return pid !== undefined && ticks !== undefined && !isAlive(Number(pid), ticks);
}
