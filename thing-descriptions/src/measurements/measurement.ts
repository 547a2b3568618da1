import { MeasurementError } from "../errors";
import { quote } from "../explain/wording";

/** What was measured with one form of one affordance. */
export interface FormMeasurement {
  /** JSON Pointer of the affordance: `/actions/getData`; "" for a form of the Thing itself. */
  readonly affordance: string;
  /** Operation that was asked for: `invokeaction`. */
  readonly op: string;
  /** Binding that was asked over, with or without TLS: `http`, `coap`, `mqtt`, or any scheme. */
  readonly binding: string;
  /** The form's address, where a binding has several for the operation. @default the first */
  readonly href?: string;
  /** Mean over the requests that were answered; null where none was. */
  readonly rttMs: number | null;
  /** Answered in time over sent, 0 to 1. */
  readonly pdr: number;
  /** Requests sent. */
  readonly requests: number;
  /** When the measurement ended (RFC 3339). */
  readonly measuredAt: string;
}

interface Rule {
  readonly isMet: (value: unknown) => boolean;
  readonly wanted: string;
}

const isNumber = (value: unknown): value is number => Number.isFinite(value);

/** What the terms of a form may hold. @see context/fogwot.jsonld */
export const MEASUREMENT_TERMS: Readonly<Record<string, Rule>> = {
  "fog:rttMs": {
    isMet: (value) => isNumber(value) && value >= 0,
    wanted: "a number of milliseconds, 0 or more",
  },
  "fog:pdr": {
    isMet: (value) => isNumber(value) && value >= 0 && value <= 1,
    wanted: "a number from 0 to 1",
  },
  "fog:requests": {
    isMet: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
    wanted: "a whole number, 1 or more",
  },
  "fog:measuredAt": {
    isMet: (value) =>
      typeof value === "string" &&
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
      !Number.isNaN(Date.parse(value)),
    wanted: "a time such as 2026-11-20T12:00:00Z",
  },
};

/**
 * The members a form gets; one that is undefined is taken from it.
 *
 * @param index of the measurement, for the error
 * @throws MeasurementError
 */
export function measurementMembers(
  { rttMs, pdr, requests, measuredAt }: FormMeasurement,
  index: number,
): Readonly<Record<string, unknown>> {
  const members = {
    "fog:rttMs": rttMs ?? undefined,
    "fog:pdr": pdr,
    "fog:requests": requests,
    "fog:measuredAt": measuredAt,
  };
  for (const [term, value] of Object.entries(members)) {
    const rule = MEASUREMENT_TERMS[term];
    if (!rule || rule.isMet(value) || (term === "fog:rttMs" && value === undefined)) continue;
    throw new MeasurementError(`/${index}/${term.slice(4)}`, quote(value), rule.wanted);
  }
  if (rttMs === null && pdr > 0) {
    throw new MeasurementError(`/${index}/rttMs`, "null", "a time, as requests were answered");
  }
  return members;
}
