import { ProcessorError } from "../processor-error";

/** Every rule a processor can break, in the order in which they are looked at. */
export const RULES = {
  MODULE_TOO_LARGE: "the module is larger than this node takes",
  MANIFEST_MALFORMED: "the manifest is not what a publish pass writes",
  MODULE_HASH: "the module is not the one that the manifest names",
  SIGNER_UNKNOWN: "nobody this node trusts has signed it",
  SIGNER_REVOKED: "the key that signed it is revoked",
  MANIFEST_SIGNATURE: "the manifest's signature does not hold",
  MODULE_REVOKED: "the module is revoked",
  NOT_YET_VALID: "the manifest does not hold yet",
  EXPIRED: "the manifest has expired",
  COUNTER_OLD: "the publication is older than what this node has seen",
  NODE_TOO_OLD: "the processor needs a newer fogwot",
  PROFILE_REFUSED: "this node does not run modules of the profile",
  FUEL_TOO_MUCH: "a call may use more fuel than this node allows",
  CAPABILITY_NOT_GRANTED: "this node does not grant a capability that the manifest names",
  MODULE_MALFORMED: "the module is no WebAssembly of version 1",
  SIGNATURE_MISSING: "the module is not signed",
  SIGNATURE_PARTIAL: "the module is signed in parts only",
  MODULE_SIGNATURE: "the module's signature does not hold",
  START_SECTION: "the module runs code by itself",
  FEATURE: "an instruction, or a form, is outside of the profile",
  MEMORY_IMPORTED: "the memory is imported",
  MEMORY_MISSING: "there is not exactly one memory",
  MEMORY_UNBOUNDED: "the memory has no maximum",
  MEMORY_TOO_LARGE: "the memory's maximum is above the manifest's or the node's",
  TABLE_TOO_LARGE: "a table has too many elements",
  IMPORT_UNKNOWN: "something is imported that is no function of the ABI",
  IMPORT_TYPE: "a function is imported with another type",
  CAPABILITY_UNDECLARED: "a function is imported that the manifest does not name",
  EXPORT_MISSING: "an export of the ABI is missing",
  EXPORT_TYPE: "an export of the ABI is of another type",
  ABI_VERSION: "the module is for another version of the ABI, or has other features than exports",
  BUFFERS: "the buffers overlap, lie outside of the memory, or are not as the manifest says",
  FUEL_MISSING: "the module is not metered",
  FUEL_MISMATCH: "the module is not metered as the publish pass does it",
  NOT_CANONICAL: "the module is not what the publish pass writes",
  MODULE_INVALID: "the module does not validate",
} as const;
export type Rule = keyof typeof RULES;

/** A processor that a node does not run, by the rule that it breaks. */
export class AdmissionError extends ProcessorError {
  readonly code = "PROCESSOR_ADMISSION";
  readonly rule: Rule;
  constructor(rule: Rule, what: string, options: ErrorOptions = {}) {
    super(`${rule}: ${RULES[rule]} (${what})`, { ...options, details: { rule, what } });
    this.rule = rule;
  }
}

export function refuse(rule: Rule, what: string): never {
  throw new AdmissionError(rule, what);
}
