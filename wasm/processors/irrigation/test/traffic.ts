import { concat, type Draw, floats, oddNow, type Step } from "../../../src/engines/traffic";
import { encodeCalibration } from "../twin";

/** Soil that dries and gets wet again, a sensor that fails now and then, calibrations from afar. */
export function traffic(draw: Draw, rounds: number): Step[] {
  const steps: Step[] = [{ op: "init", bytes: new Uint8Array(0) }];
  let timeMs = 1e12;
  let raw = 2_000;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < 40; i++) {
      const samples = Array.from({ length: 1 + Math.floor(3 * draw()) }, () => {
        timeMs += 4_000 * draw();
        raw = Math.min(3_400, Math.max(800, raw + 400 * (draw() - 0.5)));
        return floats(oddNow(timeMs, draw), oddNow(raw, draw));
      });
      steps.push({ op: "process", port: 0, bytes: concat(samples) });
      if (draw() < 0.1) steps.push({ op: "tick", ms: timeMs + 90_000 * draw() });
    }
    const bytes = calibration(draw);
    steps.push({ op: draw() < 0.8 ? "process" : "init", port: 1, bytes } as Step);
  }
  return steps;
}

function calibration(draw: Draw): Uint8Array {
  const startBelow = 60 * draw();
  return encodeCalibration({
    dryRaw: 1_000 + 2_500 * draw(),
    wetRaw: draw() < 0.05 ? Number.NaN : 1_000 + 2_500 * draw(),
    startBelow,
    stopAbove: startBelow + 40 * (draw() - 0.05),
    maxRunMs: 60_000 * draw(),
    restMs: 30_000 * draw(),
  });
}
