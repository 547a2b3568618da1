/**
 * Nodes of a directed graph that lie on a circle. Linear and iterative: a chain of any length is no
 * danger to the stack.
 *
 * @param edges node → the nodes it leads to; those that are no keys lead nowhere
 */
export function onCircles(edges: ReadonlyMap<string, readonly string[]>): Set<string> {
  // Taking away, again and again, what nothing left leads to or from leaves the circles (and what
  // lies between two of them, which no one will mind).
  const back = new Map<string, string[]>();
  for (const [from, targets] of edges) {
    for (const to of targets) {
      const sources = back.get(to);
      if (sources) sources.push(from);
      else back.set(to, [from]);
    }
  }
  const left = peel(edges, back);
  return peel(back, edges, left);
}

function peel(
  edges: ReadonlyMap<string, readonly string[]>,
  back: ReadonlyMap<string, readonly string[]>,
  nodes: ReadonlySet<string> = new Set(edges.keys()),
): Set<string> {
  const left = new Set(nodes);
  const leads = new Map<string, number>();
  for (const node of left)
    leads.set(node, (edges.get(node) ?? []).filter((to) => left.has(to)).length);
  const ends = [...left].filter((node) => leads.get(node) === 0);
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
    left.delete(end);
    for (const from of back.get(end) ?? []) {
      const count = (leads.get(from) ?? 0) - 1;
      leads.set(from, count);
      if (count === 0 && left.has(from)) ends.push(from);
    }
  }
  return left;
}
