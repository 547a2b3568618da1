/**
 * The slot loop: as a state machine without I/O, and live over the WoT Scripting API.
 *
 * ```ts
 * const sensing = new Sensing({ wot, run: "mine", things, policy: "P1", m: 3 });
 * sensing.on("slot", ({ outcomes }) => console.log(outcomes));
 * sensing.start();
 * await sensing.change({ policy: "./mine.js", carry: "model" });
 * await sensing.tune({ alpha: 0.3 });
 * await sensing.close();
 * ```
 */

export { Sensing } from "./sensing";
export type {
  PolicyIsolation,
  PolicyReport,
  RollbackReport,
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
