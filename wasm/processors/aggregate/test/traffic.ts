import { type Draw, floats, type Step, sampleSteps } from "../../../src/engines/traffic";

export function traffic(draw: Draw, rounds: number): Step[] {
  const steps: Step[] = [{ op: "init", bytes: new Uint8Array(0) }];
  for (let round = 0; round < rounds; round++) {
    steps.push(...sampleSteps(draw, 30));
    steps.push({ op: "tick", ms: 1e12 * draw() });
    const settings = floats(draw() < 0.05 ? 0 : 100_000 * draw());
    if (draw() < 0.5) steps.push({ op: "process", port: 1, bytes: settings });
    if (draw() < 0.1) steps.push({ op: "init", bytes: settings });
  }
  return steps;
}
