import type { DirectoryApp } from "./directory-app";

/** One assertion of W3C WoT Discovery (REC), and how this directory is held to it. */
export interface Assertion {
  /** As the Recommendation spells it. */
  readonly id: string;
  /** On a directory of its own, with a clock that stands at 2026-01-01T00:00Z. */
  readonly check: (context: AssertionContext) => Promise<void>;
}

export interface AssertionContext {
  readonly app: DirectoryApp;
  /** Moves the directory's time on. */
  readonly advance: (durationMs: number) => Promise<void>;
}
