import { randomUUID } from "node:crypto";
import type { DataSchemaValue } from "wot-typescript-definitions";
import type { ProblemDetails } from "../../errors";

export type ActionState = "pending" | "running" | "completed" | "failed";

/** What an asynchronous action has come to, as every binding sees it. Only its registry changes it. */
export interface Invocation {
  /** Unguessable: whoever knows it may query and cancel. */
  readonly id: string;
  readonly action: string;
  readonly state: ActionState;
  /** What the handler gave; undefined before it completed, or where it gave nothing. */
  readonly output: DataSchemaValue | undefined;
  /** Why it failed. */
  readonly error: ProblemDetails | undefined;
  /** Wall-clock time, ms since 1970-01-01T00:00Z. */
  readonly requestedMs: number;
  readonly endedMs: number | undefined;
}

/** The same from its registry's side. */
export interface OpenInvocation extends Invocation {
  state: ActionState;
  output: DataSchemaValue | undefined;
  outputBytes: number;
  error: ProblemDetails | undefined;
  endedMs: number | undefined;
  readonly controller: AbortController;
}

export function openInvocation(action: string, requestedMs: number): OpenInvocation {
  return {
    id: randomUUID(),
    action,
    state: "pending",
    output: undefined,
    outputBytes: 0,
    error: undefined,
    requestedMs,
    endedMs: undefined,
    controller: new AbortController(),
  };
}

export function hasEnded({ state }: Invocation): boolean {
  return state === "completed" || state === "failed";
}
