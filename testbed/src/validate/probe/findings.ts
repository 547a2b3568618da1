import type { Finding } from "@fogwot/thing-descriptions";
import type { ProbeOutcome } from "./outcome";

interface Circumstances {
  /** Whether credentials were given. */
  readonly hasCredentials: boolean;
}

/** What a probe's outcomes say against the Thing Description: forms that do not tell the truth. */
export function probeFindings(
  outcomes: readonly ProbeOutcome[],
  circumstances: Circumstances,
): Finding[] {
  return outcomes.flatMap((outcome) => {
    const fault = faultOf(outcome, circumstances);
    if (!fault) return [];
    const { got, wanted, rule, level = "error" } = fault;
    return [{ level, path: outcome.path, got: `${outcome.op}: ${got}`, wanted, rule }];
  });
}

interface Fault {
  readonly level?: Finding["level"];
  readonly got: string;
  readonly wanted: string;
  readonly rule: string;
}

/** Statuses that speak of the device behind the Thing, or of the moment, not of the form. */
const PASSING = new Set([502, 503, 504]);

function faultOf(outcome: ProbeOutcome, circumstances: Circumstances): Fault | undefined {
  const { result, detail, href, op } = outcome;
  switch (result) {
    case "works":
      return openDoor(outcome, circumstances);
    case "refused":
      return refusal(outcome, circumstances);
    case "no answer":
    case "unreachable":
      return {
        got: `${result} from ${href}${detail === null ? "" : ` (${detail})`}`,
        wanted: "an address that answers, or no such form",
        rule: "td-server-uri-template",
      };
    case "wrong content type":
      return {
        got: detail ?? result,
        wanted: "the content type of the form, or a response that names the other",
        rule: "td-expectedResponse-contentType",
      };
    case "wrong value":
      return {
        got: detail ?? result,
        wanted: op.startsWith("read")
          ? "a value of the property's schema"
          : "a value of its schema",
        rule: "td-server-data-schema",
      };
    default:
      return undefined;
  }
}

/** A Thing that asks for credentials in its description, and not at its door. */
function openDoor(
  { isSecured }: ProbeOutcome,
  { hasCredentials }: Circumstances,
): Fault | undefined {
  if (!isSecured || hasCredentials) return undefined;
  return {
    got: "let in without credentials",
    wanted: "what security says, or security that says nosec",
    rule: "td-security-binding",
  };
}

function refusal(
  { status, detail, isSecured }: ProbeOutcome,
  { hasCredentials }: Circumstances,
): Fault {
  const got = `refused with ${detail}`;
  if (status === 401 || status === 403) {
    if (!isSecured) {
      return { got, wanted: "security that names the credentials", rule: "td-security-binding" };
    }
    return {
      level: hasCredentials ? "error" : "warning",
      got,
      wanted: "credentials that are let in (--credentials)",
      rule: "td-security-binding",
    };
  }
  if (status !== null && PASSING.has(status)) {
    return {
      level: "warning",
      got,
      wanted: "a device that answers: try again when it does",
      rule: "td-bindings-server-accept",
    };
  }
  return {
    got,
    wanted: "a form that does what it says, or one without this operation",
    rule: "td-bindings-server-accept",
  };
}
