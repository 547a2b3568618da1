import type { OutcomeRow, ReadingRow } from "../rows";

/** Deterministic outcomes: every third one lost, three devices in turn, one pick a slot. */
export function sampleOutcomes(
  count: number,
  { run = "run-a", policy = "P1", firstSlot = 1 } = {},
): OutcomeRow[] {
  return Array.from({ length: count }, (_, index) => {
    const ok = index % 3 !== 2;
    return {
      run,
      policy,
      seed: 1,
      slot: firstSlot + index,
      k: 0,
      device: `wifi-${(index % 3) + 1}`,
      wsn: "wifi",
      binding: "http",
      explore: index % 2 === 0,
      eps: 0.1,
      propensity: 1 / 3,
      ok,
      rttMs: ok ? 40 + index / 7 : null,
      deviceRttMs: ok ? 38.5 : null,
      reward: ok ? -(40 + index / 7) : null,
      qAfter: -40,
      energyMj: null,
      tVirtualMs: index * 1000,
      timestampMs: 1_780_000_000_000 + index * 1000,
      error: ok ? null : "INTERACTION_TIMEOUT",
    };
  });
}

export function sampleReadings(count: number): ReadingRow[] {
  return Array.from({ length: count }, (_, index) => ({
    timestampMs: 1_780_000_000_000 + index * 1000,
    device: `wifi-${(index % 3) + 1}`,
    quantity: index % 2 === 0 ? "temperature" : "humidity",
    value: 20 + index / 10,
  }));
}

export async function collect<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const list: Row[] = [];
  for await (const row of rows) list.push(row);
  return list;
}
