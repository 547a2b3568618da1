export const DECISION_BYTES = 48;
export const FLAGS = { stop: 1, speedUnknown: 2, obstacleStale: 4 } as const;
export const LINK_NAMES = ["column", "shoulder", "upper arm", "forearm", "hand", "tool"] as const;

/** What comes of a pose, or of an obstacle that moved. */
export interface CollisionDecision {
  /** Of the pose. */
  readonly number: number;
  /** Surface to surface; infinite where nobody is near. */
  readonly distanceMm: number;
  readonly requiredMm: number;
  /** m/s, of the point of the robot that moves fastest. */
  readonly speed: number;
  /** The nearest; null without an obstacle. */
  readonly link: (typeof LINK_NAMES)[number] | null;
  readonly obstacle: number;
  readonly isStop: boolean;
  readonly isSpeedUnknown: boolean;
  readonly isObstacleStale: boolean;
}

/** Of the ports `decisions` and `stop`. */
export function decodeDecisions(bytes: Uint8Array): CollisionDecision[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: Math.floor(bytes.length / DECISION_BYTES) }, (_, i) => {
    const at = i * DECISION_BYTES;
    const flags = view.getInt32(at + 40, true);
    return {
      number: view.getFloat64(at, true),
      distanceMm: view.getFloat64(at + 8, true),
      requiredMm: view.getFloat64(at + 16, true),
      speed: view.getFloat64(at + 24, true),
      link: LINK_NAMES[view.getInt32(at + 32, true)] ?? null,
      obstacle: view.getInt32(at + 36, true),
      isStop: (flags & FLAGS.stop) !== 0,
      isSpeedUnknown: (flags & FLAGS.speedUnknown) !== 0,
      isObstacleStale: (flags & FLAGS.obstacleStale) !== 0,
    };
  });
}
