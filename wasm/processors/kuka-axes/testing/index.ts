/** A robot that moves within its limits, and a line that spoils its bytes. */
export { seededDraw } from "./draw";
export { type Spoiling, spoil } from "./line-faults";
export { type Draw, RobotMotion } from "./motion";
export { Recorder } from "./recorder";
