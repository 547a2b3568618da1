/** Figures of one candidate; by name, all of them finite. */
export interface Candidate {
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
}

export interface Axis {
  readonly name: string;
  readonly better: "lower" | "higher";
}

/** Candidates that no other is at least as good as in everything and better in something. */
export function paretoFront<C extends Candidate>(
  candidates: readonly C[],
  axes: readonly Axis[],
): C[] {
  return candidates.filter((one) => !candidates.some((other) => dominates(other, one, axes)));
}

function dominates(a: Candidate, b: Candidate, axes: readonly Axis[]): boolean {
  let isBetter = false;
  for (const { name, better } of axes) {
    const sign = better === "lower" ? 1 : -1;
    const difference = sign * ((a.values[name] as number) - (b.values[name] as number));
    if (difference > 0) return false;
    if (difference < 0) isBetter = true;
  }
  return isBetter;
}
