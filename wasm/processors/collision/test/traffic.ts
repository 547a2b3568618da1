import { concat, type Draw, floats, oddNow, type Step } from "../../../src/engines/traffic";
import { RobotMotion } from "../../kuka-axes/testing";
import { encodeObstacle } from "../obstacles";
import { encodeGeometry, encodeSettings } from "../settings";

/** A robot at work, people who come near and go, settings that change. */
export function traffic(draw: Draw, rounds: number): Step[] {
  const steps: Step[] = [init(draw)];
  for (let round = 0; round < rounds; round++) {
    const motion = new RobotMotion(draw, { points: 4 });
    let number = Math.floor(draw() * 100_000);
    for (let batch = 0; batch < 20; batch++) {
      const poses = Array.from({ length: 1 + Math.floor(draw() * 5) }, () => {
        number += draw() < 0.05 ? Math.floor(20 * (draw() - 0.5)) : 1;
        return floats(number, ...motion.next(65.625));
      });
      if (draw() < 0.02)
        poses.push(
          floats(
            number,
            oddNow(1, () => 0),
            0,
            0,
            0,
            0,
            0,
            0,
          ),
        );
      const bytes = concat(poses);
      steps.push({ op: "process", port: 0, bytes: draw() < 0.02 ? bytes.subarray(3) : bytes });
      if (draw() < 0.5) steps.push({ op: "process", port: 2, bytes: people(draw) });
      if (draw() < 0.1) steps.push({ op: "process", port: 1, bytes: settings(draw) });
    }
    if (draw() < 0.2) steps.push(init(draw));
  }
  return steps;
}

function init(draw: Draw): Step {
  const kind = draw();
  if (kind < 0.3) return { op: "init", bytes: new Uint8Array(0) };
  if (kind < 0.6) return { op: "init", bytes: settings(draw) };
  const toolX = 300 * draw();
  const geometry = encodeGeometry({ toolX, toolY: -50, baseX: 1_000, railX: 0.6, railY: 0.8 });
  return { op: "init", bytes: concat([settings(draw), geometry]) };
}

function settings(draw: Draw): Uint8Array {
  return encodeSettings({
    offsetMm: draw() < 0.02 ? -1 : 2_000 * draw(),
    ...(draw() < 0.5 ? { reactionMs: 3_000 * draw() } : {}),
    ...(draw() < 0.5 ? { staleMs: 2_000 * draw() } : {}),
    repeatPoses: Math.floor(6 * draw()),
  });
}

function people(draw: Draw): Uint8Array {
  const place = (): [number, number, number] => [
    8_000 * (draw() - 0.5),
    8_000 * (draw() - 0.5),
    3_000 * draw(),
  ];
  const records = Array.from({ length: Math.floor(4 * draw()) }, () => {
    const a = place();
    return encodeObstacle({
      id: Math.floor(20 * draw()),
      radius: draw() < 0.2 ? -1 : 400 * draw(),
      a,
      b: draw() < 0.4 ? a : place(),
      velocity: [2 * (draw() - 0.5), oddNow(0.5, draw), 0],
    });
  });
  return concat(records);
}
