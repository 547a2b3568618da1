/** What a node asks of a processor before it runs: every rule, as one pure function. */
export { ABI_FEATURES, ABI_VERSION, type AbiFeature, typeText } from "./abi";
export { AdmissionError, RULES, type Rule } from "./admission-error";
export { type AdmissionLimits, type Admitted, admit, DEFAULT_ADMISSION_LIMITS } from "./admit";
export type { Buffers } from "./check-abi";
export type { ModuleFacts } from "./check-module";
