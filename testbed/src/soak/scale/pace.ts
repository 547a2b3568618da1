/** How slots kept to their time grid. */
export interface Pace {
  readonly slots: number;
  /** Slots from the first to the last that have no row, or other than M of them. */
  readonly brokenSlots: number;
  /** Places of the grid that no slot was begun at, because the one before lasted on. */
  readonly missedPlaces: number;
  /** How much later than their place slots began, real ms. */
  readonly latenessP50Ms: number;
  readonly latenessP99Ms: number;
  readonly latenessMaxMs: number;
}

interface Row {
  readonly slot: number;
  /** Begin of its slot, unscaled ms. */
  readonly tMs: number;
}

/** @param rows in order of slots */
export function paceOf(
  rows: readonly Row[],
  { m, intervalMs, timeScale }: { m: number; intervalMs: number; timeScale: number },
): Pace {
  const begins = new Map(rows.map(({ slot, tMs }) => [slot, tMs]));
  const counts = new Map<number, number>();
  for (const { slot } of rows) counts.set(slot, (counts.get(slot) ?? 0) + 1);
  const [firstMs = 0] = begins.values();
  const last = rows.at(-1)?.slot ?? 0;
  // The first slot may itself have begun late: the grid is where the most punctual one puts it.
  const offsets = [...begins.values()].map((tMs) => (tMs - firstMs) / intervalMs);
  const origin = Math.min(0, ...offsets.map((places) => places - Math.round(places)));
  const lateness = offsets.map((places) => places - origin - Math.floor(places - origin + 1e-9));
  const sorted = lateness.map((share) => share * intervalMs * timeScale).sort((a, b) => a - b);
  const at = (quantile: number) => sorted[Math.ceil(quantile * sorted.length) - 1] ?? Number.NaN;
  const places = Math.floor((offsets.at(-1) ?? 0) - origin + 1e-9) + 1;
  const whole = [...counts.values()].filter((count) => count === m).length;
  return {
    slots: begins.size,
    brokenSlots: last - whole,
    missedPlaces: places - begins.size,
    latenessP50Ms: at(0.5),
    latenessP99Ms: at(0.99),
    latenessMaxMs: at(1),
  };
}
