import type { DeviceType } from "../device-type";
import { exposeRobot } from "./expose";
import { AXIS_NAMES, krc2Stream } from "./stream";

/** A robot whose KUKA KR C2 controller sends its axes on a serial line, pose after pose. */
export const deviceType: DeviceType = {
  quantities: Object.fromEntries(AXIS_NAMES.map((name) => [name, name])),
  optional: [],
  defaults: {},
  stream: krc2Stream,
  expose: exposeRobot,
};
