import type { Finding } from "../../finding";
import type { JsonObject } from "../../json/json";
import { formatPointer } from "../../json/pointer";
import type { DocumentKind } from "../schemas";
import type { Path } from "../walk";

/** One group of rules that no JSON Schema can hold. Malformed members are skipped: the schema tells those. */
export type Check = (document: JsonObject, kind: DocumentKind) => Finding[];

interface Fault {
  readonly path: Path;
  readonly got: string;
  readonly wanted: string;
  readonly rule: string;
}

/** A MUST of the standard is broken. */
export function error({ path, ...rest }: Fault): Finding {
  return { level: "error", path: formatPointer(path), ...rest };
}

/** Lawful, but a SHOULD is not followed, or it is likely not meant. */
export function warning({ path, ...rest }: Fault): Finding {
  return { level: "warning", path: formatPointer(path), ...rest };
}
