import type { FogNodeCounters } from "@fogwot/fog";
import type { SiteRun } from "./site-run";

const ANSWER_LIMIT_MS = 2_000;

/** What a fog node has counted; null while it does not answer. */
export type NodeCounters = Readonly<Record<string, FogNodeCounters | null>>;

/** Asks every fog node of a run. */
export async function nodeCounters({ plan, supervisor }: SiteRun): Promise<NodeCounters> {
  const entries = [...plan.nodes].map(async (node) => [
    node,
    // A node that is being restarted has no counters, which null says.
    await supervisor.request(node, { op: "counters" }, ANSWER_LIMIT_MS).catch(() => null),
  ]);
  return Object.fromEntries(await Promise.all(entries)) as NodeCounters;
}

/** Bad input that was refused, by who refused it: `http`, `coap`, `mqtt`, and each driver's network. */
export function malformedCounts(nodes: NodeCounters): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const node of Object.values(nodes)) {
    for (const [name, counted] of Object.entries({ ...node?.bindings, ...node?.drivers })) {
      sums[name] = (sums[name] ?? 0) + (counted?.malformed ?? 0);
    }
  }
  return sums;
}
