/** Whether objects and arrays nest deeper than `most`. Iterative: a hostile value cannot exhaust the stack. */
export function isTooDeep(value: unknown, most: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= most; depth += 1) {
    level = level.flatMap((item) =>
      typeof item === "object" && item !== null ? Object.values(item) : [],
    );
    if (!level.some((item) => typeof item === "object" && item !== null)) return false;
  }
  return true;
}

/** Whether the value holds more than so many objects, arrays and scalars. Not to be asked of circular ones. */
export function hasMoreNodes(value: unknown, most: number): boolean {
  const open: unknown[] = [value];
  let nodes = 0;
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    nodes += 1;
    if (nodes > most) return true;
    if (typeof item === "object" && item !== null) {
      for (const member of Object.values(item)) if (member !== undefined) open.push(member);
    }
  }
  return false;
}
