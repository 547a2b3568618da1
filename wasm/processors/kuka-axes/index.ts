/**
 * The serial protocol of a KUKA KR C2 controller: one decoder for bytes → poses, and the frames it reads.
 *
 *     const twin = new KukaAxesTwin(DEFAULT_CONFIG);
 *     twin.push(chunk, { pose: ({ number, axes }) => …, acknowledgement: (id, status) => … });
 */
export {
  AXES,
  COMMANDS,
  type Command,
  type Dialect,
  FRAME_BYTES,
  POSE_BYTES,
  STATUS,
} from "./constants";
export { type KukaAxesSink, KukaAxesTwin, type PoseRecord } from "./decoder";
export { encodeAcknowledgement, encodeAxis, encodeCommand, fromSelfChecking } from "./frames";
export {
  type AxisLimit,
  DEFAULT_CONFIG,
  DEFAULT_LIMITS,
  KUKA_AXES_SCHEMA,
  type KukaAxesConfig,
} from "./limits";
