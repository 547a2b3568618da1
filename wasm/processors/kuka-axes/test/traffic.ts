import { concat, type Draw, pick, type Step } from "../../../src/engines/traffic";
import { DIALECTS, type Dialect } from "../constants";
import { encodeAcknowledgement, encodeAxis } from "../frames";
import { DEFAULT_CONFIG, DEFAULT_LIMITS } from "../limits";
import { RobotMotion, spoil } from "../testing";
import { encodeConfig, encodeLimit } from "../twin";

const LIKELY = [0, 0, 0, 1, 2, 3, 7, 0x20, 0x2b, 0x2d, 0xa1, 0xa8, 0xff];

/** A controller that speaks one dialect after the other, over a line that spoils bytes; and plain noise. */
export function traffic(draw: Draw, rounds: number): Step[] {
  const steps: Step[] = [init(draw)];
  for (let round = 0; round < rounds; round++) {
    const bytes = round % 4 === 3 ? noise(draw) : stream(draw);
    for (let at = 0; at < bytes.length; ) {
      const size = draw() < 0.3 ? 1 + Math.floor(draw() * 20) : 1 + Math.floor(draw() * 4_096);
      steps.push({ op: "process", port: 0, bytes: bytes.subarray(at, at + size) });
      at += size;
    }
    steps.push({ op: "process", port: 2, bytes: new Uint8Array(0) });
    if (draw() < 0.3) steps.push(limit(draw));
    if (draw() < 0.05) steps.push(init(draw));
  }
  return steps;
}

function init(draw: Draw): Step {
  if (draw() < 0.5) return { op: "init", bytes: new Uint8Array(0) };
  const dialect = draw() < 0.5 ? "auto" : pick(DIALECTS, draw);
  const poseIntervalMs = draw() < 0.1 ? 0 : 20 + 100 * draw();
  return { op: "init", bytes: encodeConfig({ ...DEFAULT_CONFIG, dialect, poseIntervalMs }) };
}

function limit(draw: Draw): Step {
  const axis = Math.floor(draw() * 9);
  const { min, max, maxSpeed } = pick(DEFAULT_LIMITS, draw);
  const bytes = encodeLimit(axis, {
    min,
    max,
    maxSpeed: draw() < 0.1 ? -1 : maxSpeed * 2 * draw(),
  });
  return { op: "process", port: 1, bytes: draw() < 0.1 ? bytes.subarray(1) : bytes };
}

function stream(draw: Draw): Uint8Array {
  const dialect: Dialect = pick(DIALECTS, draw);
  const motion = new RobotMotion(draw, { points: 4, speed: 0.2 + draw() });
  const first = Math.floor(draw() * 70_000);
  const frames: Uint8Array[] = [];
  for (let pose = 0; pose < 120; pose++) {
    if (draw() < 0.02) continue;
    motion.next(DEFAULT_CONFIG.poseIntervalMs).forEach((value, axis) => {
      frames.push(encodeAxis(dialect, axis + 1, value, first + pose));
    });
    if (draw() < 0.03) {
      const id = 1 + Math.floor(draw() * 255);
      frames.push(encodeAcknowledgement(dialect, id, Math.floor(draw() * 3), first + pose));
    }
  }
  const rate = draw() < 0.4 ? 0 : 0.01 * draw();
  return spoil(concat(frames), { corrupted: rate, lost: rate / 4, doubled: rate / 4 }, draw);
}

function noise(draw: Draw): Uint8Array {
  const isRandom = draw() < 0.5;
  return Uint8Array.from({ length: 3_000 }, () => (isRandom ? draw() * 256 : pick(LIKELY, draw)));
}
