import { createRng, type Rng } from "@fogwot/core/base";
import { describe, expect, it } from "@jest/globals";
import { createPolicy, loadPolicy } from "./index";

/** Section 1 of the specification word by word, on a ranking without ties: device = rank. */
function literalSlot(
  devices: number,
  m: number,
  epsilon: number,
  fill: string,
  rng: Rng,
): number[] {
  const chosen: number[] = [];
  for (let k = 0; k < m; k++) {
    const free = Array.from({ length: devices }, (_, d) => d).filter((d) => !chosen.includes(d));
    if (rng.next() < epsilon) chosen.push(free[rng.int(free.length)] as number);
    else if (fill === "best") chosen.push(free[0] as number);
    else chosen.push(free.find((d) => d >= k) ?? (free[0] as number));
  }
  return chosen;
}

/** How often each pick k takes each device, in bins of neighbouring devices. */
function shares(slots: number, m: number, slot: () => ArrayLike<number>): number[] {
  const bins = new Array<number>(4 * m).fill(0);
  for (let n = 0; n < slots; n++) {
    const picks = slot();
    for (let k = 0; k < m; k++) {
      const pick = picks[k] as number;
      // The pick's own rank, the ones next to it, the rest of the top, all others.
      const bin = pick === k ? 0 : pick > k && pick <= k + 2 ? 1 : pick < m ? 2 : 3;
      bins[4 * k + bin] = (bins[4 * k + bin] as number) + 1;
    }
  }
  return bins;
}

describe.each([
  [7, 3, 0.1, "rank"],
  [7, 6, 0.5, "rank"],
  [7, 7, 0.8, "rank"],
  [12, 9, 0.3, "best"],
  [60, 20, 0.8, "rank"],
  [60, 20, 0.2, "rank"],
])("%i devices, M = %i, ε = %d, fill %s", (devices, m, epsilon, fill) => {
  it("has the shares of the literal algorithm, pick by pick (two samples, p > 0.001)", () => {
    const slots = 3_000;
    const parameters = { epsilon, epsilonMin: epsilon, psi: 1, fill, alpha: 1 };
    const context = { rng: createRng(4, "policy"), timeoutMs: 500 };
    const policy = createPolicy(loadPolicy("P3"), parameters, context);
    const out = new Int32Array(m);
    for (let d = 0; d < devices; d++) {
      policy.join(0);
      policy.observe(Int32Array.of(d), Uint8Array.of(1), Float64Array.of(d + 1), 1);
    }
    const ours = shares(slots, m, () => {
      policy.select(1, m, out);
      return out;
    });
    const rng = createRng(9, "literal");
    const literal = shares(slots, m, () => literalSlot(devices, m, epsilon, fill, rng));
    let worst = 0;
    for (const [bin, count] of ours.entries()) {
      const other = literal[bin] as number;
      const p = (count + other) / (2 * slots);
      const deviation = Math.sqrt(2 * slots * p * (1 - p));
      if (deviation > 0) worst = Math.max(worst, Math.abs(count - other) / deviation);
    }
    // Bonferroni over 80 bins at most.
    expect(worst).toBeLessThan(4.4);
  });
});

describe("20,000 devices, where values are kept by level", () => {
  it("replaces each of the best with probability ε, and clashes fall to the next rank", () => {
    const [devices, m, epsilon] = [20_000, 2_000, 0.1];
    const context = { rng: createRng(4, "policy"), timeoutMs: 500 };
    const parameters = { epsilon, epsilonMin: epsilon, psi: 1, alpha: 1 };
    const policy = createPolicy(loadPolicy("P3"), parameters, context);
    const all = Int32Array.from({ length: devices }, (_, d) => d);
    for (let d = 0; d < devices; d++) policy.join(0);
    const rttMs = Float64Array.from(all, (d) => 1 + d / 100);
    policy.observe(all, new Uint8Array(devices).fill(1), rttMs, devices);
    const out = new Int32Array(m);
    let own = 0;
    let near = 0;
    let far = 0;
    const slots = 50;
    for (let slot = 1; slot <= slots; slot++) {
      policy.select(slot, m, out);
      expect(new Set(out).size).toBe(m);
      for (const [k, pick] of out.entries()) {
        if (pick === k) own++;
        else if (pick > k && pick < k + 60 && k < m) near++;
        else far++;
      }
    }
    const total = slots * m;
    // Explored picks lie anywhere; of the greedy ones a few per cent were pushed on by a clash.
    expect(Math.abs(far / total - epsilon)).toBeLessThan(0.01);
    expect(own / total).toBeGreaterThan(0.8);
    expect(near / total).toBeGreaterThan(0.005);
    expect(near / total).toBeLessThan(0.15);
  });
});
