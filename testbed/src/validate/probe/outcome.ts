/** How one operation of one form fared. */
export type ProbeResult =
  | "works"
  | "refused"
  | "no answer"
  | "unreachable"
  | "wrong content type"
  | "wrong value"
  | "not tried";

/** What came of one attempt. */
export interface Verdict {
  readonly result: ProbeResult;
  /** What it was refused with, what was wrong, why it was not tried; null where there is nothing to add. */
  readonly detail: string | null;
  /** Status of a refusal, HTTP style, whatever the binding. */
  readonly status: number | null;
}

/** One line of the probe's report. */
export interface ProbeOutcome extends Verdict {
  /** JSON Pointer of the form. */
  readonly path: string;
  readonly op: string;
  /** As it was used: absolute, variables filled in. */
  readonly href: string;
  /** Scheme of the href. */
  readonly scheme: string;
  /** From the request to the verdict; null where nothing was sent. */
  readonly durationMs: number | null;
  /** Whether the form asks for credentials. */
  readonly isSecured: boolean;
}

export const WORKS: Verdict = { result: "works", detail: null, status: null };

export function works(detail: string): Verdict {
  return { ...WORKS, detail };
}

export function notTried(detail: string): Verdict {
  return { result: "not tried", detail, status: null };
}
