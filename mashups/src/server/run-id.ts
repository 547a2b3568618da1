import { randomBytes } from "node:crypto";

/** Names a run so that runs sort by time and no two are alike: `2026-11-20T12:34:56.789Z-9f3a1c`. */
export function createRunId(nowMs: number): string {
  return `${new Date(nowMs).toISOString()}-${randomBytes(3).toString("hex")}`;
}
