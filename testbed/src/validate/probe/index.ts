/** Whether the forms of a Thing Description tell the truth: each is tried on the live Thing. */
export { probeFindings } from "./findings";
export type { ProbeOutcome, ProbeResult } from "./outcome";
export { type ProbeOptions, probe } from "./probe";
