import {
  concat,
  type Draw,
  floats,
  integers,
  type Step,
  sampleSteps,
} from "../../../src/engines/traffic";

export function traffic(draw: Draw, rounds: number): Step[] {
  const steps: Step[] = [{ op: "init", bytes: new Uint8Array(0) }];
  for (let round = 0; round < rounds; round++) {
    steps.push(...sampleSteps(draw, 30));
    if (draw() < 0.5) steps.push({ op: "process", port: 1, bytes: settings(draw) });
    if (draw() < 0.1) steps.push({ op: "init", bytes: settings(draw) });
  }
  return steps;
}

function settings(draw: Draw): Uint8Array {
  const window = Math.floor(2 + 260 * draw() * draw());
  const learn = 1 + Math.floor(draw() * Math.min(window, 20));
  const clearBelow = 4 * draw();
  return concat([
    integers(window, learn, 1 + Math.floor(4 * draw()), 1 + Math.floor(4 * draw())),
    floats(clearBelow + 4 * draw(), clearBelow, 10 ** (-6 * draw())),
  ]);
}
