import { type BenchDefinition, type BenchFigure, figure } from "../bench";
import { type DriverLeg, listDriverBenches, loadDriverBench } from "./driver-bench";

/** What each driver and its transport cost, with emulated delays off. */
export const bench: BenchDefinition = {
  title: "the driver's leg to its device and back, per transport, emulated delays off",
  async run({ quick }, output, signal) {
    const figures: BenchFigure[] = [];
    const legs: Record<string, DriverLeg> = {};
    for (const name of listDriverBenches()) {
      const { title, barMs, measure } = loadDriverBench(name);
      const leg = await measure(quick ? 100 : 2_000, output, signal);
      legs[name] = leg;
      const { rtt, failed } = leg;
      const tail = rtt === null ? "" : `p95 ${rtt.p95.toFixed(2)} ms`;
      const note = failed > 0 ? `${failed} failed, ${tail}` : tail;
      figures.push(figure(`${title}, p50`, rtt?.p50 ?? null, "ms", { atMost: barMs }, note));
    }
    return { bench: "drivers", figures, details: { legs, quick } };
  },
};
