/** Records of the processor `collision`: what it is given, and what it says. */
export {
  type CollisionDecision,
  DECISION_BYTES,
  decodeDecisions,
  FLAGS,
  LINK_NAMES,
} from "./decision";
export { encodeObstacle, type ObstacleRecord } from "./obstacles";
export {
  type CollisionSettings,
  DEFAULT_GEOMETRY,
  DEFAULT_SETTINGS,
  encodeGeometry,
  encodeSettings,
  type Geometry,
} from "./settings";
