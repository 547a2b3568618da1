/**
 * Asynchronous actions (`synchronous: false`), the part every binding shares: who runs, who waits,
 * what came of it. A binding adds how its own requests start, query and cancel.
 */
export { ActionCancelledError, ActionEndedError } from "./errors";
export type { ActionState, Invocation } from "./invocation";
export { ActionRegistry } from "./registry";
export { ACTION_DEFAULTS, type ActionSettings } from "./settings";
export { type ActionStatus, isActionStatus, statusOf } from "./status";
export { actionsOf, cancelSignal, isAsynchronous, startAction, statusesOf } from "./thing-actions";
