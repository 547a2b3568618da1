import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { InputError, NotFoundError } from "@fogwot/core";
import { completeState, worldsOf } from "../analysis/results";
import { readRunLogs } from "../read-run-logs";
import type { RunLog } from "../run-log";

export interface LogSource {
  /** Output folder of an experiment, or a CSV of outcomes: `fogwot export --csv` of a live run. */
  readonly from: string;
  /** t_timeout of the run; a folder knows its own. @default 500 */
  readonly timeoutMs?: number;
  /** Label of the policy whose runs are meant. @default the only one there is */
  readonly policy?: string;
  /** One seed, or one run of a live site by its id. */
  readonly seed?: number;
  readonly run?: string;
}

/** The runs that are meant. @throws NotFoundError, InputError, ConfigError */
export async function readLogs(source: LogSource): Promise<RunLog[]> {
  const { from, timeoutMs, policy, seed, run } = source;
  if (!existsSync(from)) throw new NotFoundError(from);
  const isFolder = statSync(from).isDirectory();
  const file = isFolder ? path.join(from, "outcomes.csv") : from;
  const known = {
    ...(isFolder && { devices: devicesOf(from) }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
  const logs: RunLog[] = [];
  const seen = new Set<string>();
  for await (const log of readRunLogs(file, known)) {
    seen.add(log.policy);
    if (policy !== undefined && log.policy !== policy) continue;
    if (seed !== undefined && log.seed !== seed) continue;
    if (run !== undefined && log.run !== run) continue;
    logs.push(log);
  }
  const labels = [...seen].join(", ");
  if (logs.length === 0) {
    throw new InputError({
      path: from,
      got: "no such run",
      wanted: `runs of ${labels || "a policy"}`,
    });
  }
  if (new Set(logs.map((log) => log.policy)).size > 1) {
    throw new InputError({ path: from, got: labels, wanted: "one of them: --log POLICY" });
  }
  return logs;
}

/** In the world's order: a random scenario draws devices of its own. */
function devicesOf(folder: string) {
  const { configuration } = completeState(folder);
  return worldsOf({ ...configuration, base: folder })(configuration.firstSeed).devices;
}
