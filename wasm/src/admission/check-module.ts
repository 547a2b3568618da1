import type { Manifest } from "../manifest";
import {
  checkProfile,
  MalformedModuleError,
  parseModule,
  SECTION,
  UnsupportedFeatureError,
  type WasmModule,
} from "../module";
import { FUEL } from "../publish/fuel";
import { stateGlobals } from "../publish/globals";
import { instrument } from "../publish/instrument";
import { FuelMismatchError, PublishError } from "../publish/publish-error";
import { SignatureError, type Trust, unsignedBytes, verifyModule } from "../sign";
import type { AbiFeature } from "./abi";
import { AdmissionError, type Rule, refuse } from "./admission-error";
import type { AdmissionLimits } from "./admit";
import { type Buffers, checkExports, checkImports } from "./check-abi";

/** What stands in an admitted module, so that a host need not ask it. */
export interface ModuleFacts {
  readonly features: readonly AbiFeature[];
  readonly buffers: Buffers;
  /** Names of the exported globals that are state: `__g0`, … */
  readonly stateGlobals: readonly string[];
}

/** @throws AdmissionError */
export function checkModule(
  wasm: Uint8Array<ArrayBuffer>,
  manifest: Manifest,
  trust: Trust,
  limits: AdmissionLimits,
): ModuleFacts {
  const module = typed(() => parseModule(wasm));
  const signer = typed(() => verifyModule(module, trusted(trust)));
  if (signer !== manifest.keyId) refuse("MODULE_SIGNATURE", `${signer} is not the manifest's key`);
  if (module.start !== null) refuse("START_SECTION", `function ${module.start}`);
  checkMemory(module, manifest, limits);
  typed(() => checkProfile(module, manifest.profile));
  const elements = Math.max(0, ...module.tables.map(({ minimum }) => minimum));
  if (elements > limits.tableElements) refuse("TABLE_TOO_LARGE", `${elements} elements`);
  checkImports(module, manifest.capabilities);
  const { features, buffers } = checkExports(module, manifest);
  checkPublished(module, manifest);
  // Last: everything above holds for what V8 is given, and its own message is the least exact.
  if (!WebAssembly.validate(wasm)) refuse("MODULE_INVALID", "V8 does not take it");
  return { features, buffers, stateGlobals: stateGlobals(module.exports).map(({ name }) => name) };
}

function trusted({ publishers, revoked }: Trust): Trust["publishers"] {
  return publishers.filter(({ kid }) => !revoked.keys.includes(kid));
}

function checkMemory(
  { memories }: WasmModule,
  manifest: Manifest,
  { memoryPages }: AdmissionLimits,
): void {
  if (memories.some(({ isImported }) => isImported)) refuse("MEMORY_IMPORTED", "memory 0");
  const [memory] = memories;
  if (memory === undefined || memories.length > 1) {
    refuse("MEMORY_MISSING", `${memories.length} memories`);
  }
  const { maximum } = memory;
  if (maximum === undefined) refuse("MEMORY_UNBOUNDED", `${memory.minimum} pages or more`);
  const most = Math.min(manifest.memoryMaxPages, memoryPages);
  // The manifest's own demand is held to the node's limit even where the module would fit.
  if (maximum > most || manifest.memoryMaxPages > memoryPages) {
    refuse(
      "MEMORY_TOO_LARGE",
      `${Math.max(maximum, manifest.memoryMaxPages)} pages, ${most} at most`,
    );
  }
}

/** The publish pass, run again, must leave the module as it is. */
function checkPublished(module: WasmModule, { profile, memoryMaxPages }: Manifest): void {
  if (!module.exports.some(({ name }) => name === FUEL)) refuse("FUEL_MISSING", `no ${FUEL}`);
  const keepNames = module.sections.some(({ name }) => name === "name");
  const unsigned = unsignedBytes(module);
  const again = typed(() => instrument(unsigned, { profile, memoryMaxPages, keepNames }));
  if (Buffer.compare(again, unsigned) === 0) return;
  const at = unsigned.findIndex((byte, index) => byte !== again[index]);
  const { sections } = parseModule(unsigned);
  const code = sections.find(({ id }) => id === SECTION.code);
  const isCode = code !== undefined && at >= code.start && at < code.end;
  refuse(isCode ? "FUEL_MISMATCH" : "NOT_CANONICAL", `the publish pass differs at byte ${at}`);
}

/** Errors of the parts, as the rules that they break. */
function typed<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const rule = ruleOf(cause);
    if (rule === undefined) throw cause;
    throw new AdmissionError(rule, (cause as Error).message, { cause });
  }
}

function ruleOf(cause: unknown): Rule | undefined {
  if (cause instanceof MalformedModuleError) return "MODULE_MALFORMED";
  if (cause instanceof UnsupportedFeatureError) return "FEATURE";
  if (cause instanceof FuelMismatchError) return "FUEL_MISMATCH";
  if (cause instanceof PublishError) return "NOT_CANONICAL";
  if (!(cause instanceof SignatureError)) return undefined;
  switch (cause.fault) {
    case "missing":
      return "SIGNATURE_MISSING";
    case "partial":
      return "SIGNATURE_PARTIAL";
    case "stranger":
      return "SIGNER_UNKNOWN";
    default:
      return "MODULE_SIGNATURE";
  }
}
