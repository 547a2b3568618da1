/** The compliance suite without a test runner: `fogwot compliance` runs it, tests do too. */
export * from "./benchmark-thing";
export * from "./binding-under-test";
export { type Cell, type CellContext, type CellGroup, ROWS, type Row } from "./cell";
export { CellFailure, contains, equal, holds, refusal, within } from "./check";
export { Deferred, rejection, until } from "./deferred";
export { Rig, type RigOptions } from "./rig";
export { type CellResult, type RunOptions, runCells } from "./run-cells";
export { shortReason } from "./short-reason";
export { basicGroups, cellGroups } from "./suite";
