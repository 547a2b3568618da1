import { type Draw, integers, type Step, sampleSteps } from "../../../src/engines/traffic";

export function traffic(draw: Draw, rounds: number): Step[] {
  const steps: Step[] = [{ op: "init", bytes: new Uint8Array(0) }];
  for (let round = 0; round < rounds; round++) {
    steps.push(...sampleSteps(draw, 30));
    const settings = integers(Math.floor(draw() * (draw() < 0.5 ? 20 : 300)), 0);
    steps.push({ op: "process", port: 1, bytes: settings });
    if (draw() < 0.1) steps.push({ op: "init", bytes: settings });
  }
  return steps;
}
