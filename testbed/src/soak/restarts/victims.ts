import type { Rng } from "@fogwot/core";
import type { SiteProcesses } from "../site/children";

/** A process to be killed. */
export interface Victim {
  /** "server", "emulation", "fog node", "driver" or "board". */
  readonly role: string;
  readonly pid: number;
  /** SIGSTOP: it hangs instead of dying, which only somebody who talks to it notices. */
  readonly signal: "SIGKILL" | "SIGSTOP";
}

/** How often one round takes two at once, and how often a driver hangs instead of dying. */
const PAIR_CHANCE = 0.25;
const HANG_CHANCE = 0.3;

/** Each part of the site is as likely as any other, however many processes play it. */
export function chooseVictims(rng: Rng, processes: SiteProcesses): Victim[] {
  const parts = partsOf(processes).filter(({ pids }) => pids.length > 0);
  const first = choose(rng, parts);
  if (!first) return [];
  const others = parts.filter(({ role }) => role !== first.role);
  const second = rng.chance(PAIR_CHANCE) ? choose(rng, others) : undefined;
  return second ? [first, second] : [first];
}

function partsOf({ server, emulation, nodes, drivers, boards }: SiteProcesses) {
  const pidsOf = (of: readonly { readonly pid: number | undefined }[]): number[] =>
    of.map(({ pid }) => pid).filter((pid) => pid !== undefined);
  return [
    { role: "server", pids: pidsOf([server]) },
    { role: "emulation", pids: pidsOf(emulation ? [emulation] : []) },
    { role: "fog node", pids: pidsOf(nodes) },
    { role: "driver", pids: pidsOf(drivers) },
    { role: "board", pids: pidsOf(boards) },
  ];
}

function choose(
  rng: Rng,
  parts: readonly { readonly role: string; readonly pids: readonly number[] }[],
): Victim | undefined {
  const part = parts[rng.int(parts.length)];
  const pid = part?.pids[rng.int(part.pids.length)];
  if (!part || pid === undefined) return undefined;
  const hangs = part.role === "driver" && rng.chance(HANG_CHANCE);
  return { role: part.role, pid, signal: hangs ? "SIGSTOP" : "SIGKILL" };
}
