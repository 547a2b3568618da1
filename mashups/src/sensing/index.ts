/**
 * The slot loop: as a state machine without I/O, and live over the WoT Scripting API.
 *
 * ```ts
 * const sensing = new Sensing({ wot, run: "mine", things, policy: "P1", m: 3 });
 * sensing.on("slot", ({ outcomes }) => console.log(outcomes));
 * sensing.start();
 * sensing.change({ policy: "P2", parameters: { alpha: 0.3 } });
 * await sensing.stop();
 * ```
 */

export { Sensing } from "./sensing";
export type {
  PolicyReport,
  SensingChanges,
  SensingOptions,
  SensingStatus,
  SlotReport,
} from "./sensing-options";
export type { SensedThing } from "./sensor";
export type {
  Carry,
  NamedPolicy,
  PolicyChoice,
  SensedDevice,
  SharedModel,
  SlotLoopOptions,
  SlotOutcome,
  SlotRequest,
  SlotResult,
  SlotSettings,
  SlotTime,
} from "./slot";
export { SlotLoop } from "./slot-loop";
export type { SlotPicks } from "./slot-picks";
export { type LinkFigures, SlotWindow, Tally } from "./window";
