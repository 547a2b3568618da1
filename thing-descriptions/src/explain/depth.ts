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
