import { encodeObstacle } from "@fogwot/wasm/collision";
import type { Step } from "@fogwot/wasm/engines";
import { encodeAxis } from "@fogwot/wasm/kuka-axes";
import { RobotMotion, seededDraw } from "@fogwot/wasm/kuka-axes/testing";

export const POSE_BYTES = 63;
export const RECORD_BYTES = 64;
const POSES = 1_000;
const POSE_INTERVAL_MS = 65.625;

/** A robot at work, as its controller says it: seven frames a pose; and the same as records. */
export function robotStream(): { readonly bytes: Uint8Array; readonly records: Uint8Array } {
  const motion = new RobotMotion(seededDraw(1), { points: 6 });
  const bytes = Buffer.alloc(POSES * POSE_BYTES);
  const records = Buffer.alloc(POSES * RECORD_BYTES);
  for (let pose = 0; pose < POSES; pose++) {
    records.writeDoubleLE(pose, pose * RECORD_BYTES);
    motion.next(POSE_INTERVAL_MS).forEach((value, axis) => {
      bytes.set(encodeAxis("space", axis + 1, value, pose), pose * POSE_BYTES + 9 * axis);
      records.writeDoubleLE(value, pose * RECORD_BYTES + 8 * (axis + 1));
    });
  }
  return { bytes, records };
}

/** What a processor is told before it is measured: its defaults, and a person who stands near. */
export const PREPARE: Readonly<Record<"kuka-axes" | "collision", readonly Step[]>> = {
  "kuka-axes": [{ op: "init", bytes: new Uint8Array(0) }],
  collision: [
    { op: "init", bytes: new Uint8Array(0) },
    {
      op: "process",
      port: 2,
      bytes: encodeObstacle({ id: 1, radius: 300, a: [3_000, 4_000, 0], b: [3_000, 4_000, 1_700] }),
    },
  ],
};
