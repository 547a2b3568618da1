import { isUtf8 } from "node:buffer";
import { checkManifest, type Manifest, ManifestError } from "../manifest";
import { canonicalJson } from "../manifest/canonical";
import type { Capability } from "../manifest/manifest";
import type { Profile } from "../module";
import type { Artifact } from "../publish/artifact";
import { sha256Hex } from "../sha256";
import { type Trust, verifyBytes } from "../sign";
import { AdmissionError, refuse } from "./admission-error";
import { checkModule, type ModuleFacts } from "./check-module";

/** What a node allows, and where it stands. */
export interface AdmissionLimits {
  readonly moduleBytes: number;
  /** Of 65 536 bytes, for any one instance. */
  readonly memoryPages: number;
  readonly fuelPerCall: number;
  readonly tableElements: number;
  readonly profiles: readonly Profile[];
  readonly capabilities: readonly Capability[];
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Highest counter that this node has admitted of the name; undefined: none. */
  readonly lastCounter?: number | undefined;
  /**
   * A publication that may be older than `lastCounter`: the node's own last-known-good. By hash.
   */
  readonly knownGood?: string | undefined;
  /** Version of fogwot that runs here. */
  readonly nodeVersion: string;
}

export const DEFAULT_ADMISSION_LIMITS: Omit<AdmissionLimits, "nowMs" | "nodeVersion"> = {
  moduleBytes: 4 * 1_024 * 1_024,
  memoryPages: 256,
  fuelPerCall: 50_000_000,
  tableElements: 10_000,
  profiles: ["portable"],
  capabilities: ["emit", "log", "now", "gpio_write", "asset"],
};

/** A processor that may run here, and what a host needs to know of it. */
export interface Admitted extends ModuleFacts {
  readonly manifest: Manifest;
  /** Exactly the bytes that were looked at; hash is `manifest.wasmSha256`. */
  readonly wasm: Uint8Array<ArrayBuffer>;
}

const MOST_MANIFEST_BYTES = 65_536;

/**
 * Every rule that a processor is held to before it may run, and nothing else: no clock, no file, no code of
 * the module is run. What is cheap comes first, then what proves
 * the origin.
 * @throws AdmissionError with the rule that is broken
 */
export function admit(artifact: Artifact, trust: Trust, limits: AdmissionLimits): Admitted {
  const { wasm } = artifact;
  if (wasm.length > limits.moduleBytes) {
    refuse("MODULE_TOO_LARGE", `${wasm.length} bytes, ${limits.moduleBytes} at most`);
  }
  const manifest = readManifest(artifact.manifest);
  const hash = sha256Hex(wasm);
  if (hash !== manifest.wasmSha256 || wasm.length !== manifest.size) {
    refuse("MODULE_HASH", `${hash}, ${wasm.length} bytes`);
  }
  checkSigner(artifact, manifest, trust);
  if (trust.revoked.modules.includes(hash)) refuse("MODULE_REVOKED", hash);
  checkTimes(manifest, limits);
  checkDemands(manifest, limits);
  return { manifest, wasm, ...checkModule(wasm, manifest, trust, limits) };
}

/** @throws AdmissionError MANIFEST_MALFORMED */
function readManifest(bytes: Uint8Array): Manifest {
  if (bytes.length > MOST_MANIFEST_BYTES) {
    refuse("MANIFEST_MALFORMED", `${bytes.length} bytes, ${MOST_MANIFEST_BYTES} at most`);
  }
  if (!isUtf8(bytes)) refuse("MANIFEST_MALFORMED", "no UTF-8");
  const text = Buffer.from(bytes).toString("utf8");
  try {
    const value = parseJson(text);
    const manifest = checkManifest(value, "manifest");
    if (canonicalJson(value) !== text) refuse("MANIFEST_MALFORMED", "no canonical JSON");
    return manifest;
  } catch (cause) {
    if (!(cause instanceof ManifestError)) throw cause;
    throw new AdmissionError("MANIFEST_MALFORMED", cause.message, { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Whatever it is, a SyntaxError or the stack of deep nesting: the text is the reason.
    throw new AdmissionError("MANIFEST_MALFORMED", (cause as Error).message, { cause });
  }
}

function checkSigner(artifact: Artifact, manifest: Manifest, { publishers, revoked }: Trust): void {
  const { keyId } = manifest;
  if (revoked.keys.includes(keyId)) refuse("SIGNER_REVOKED", keyId);
  const publisher = publishers.find(({ kid }) => kid === keyId);
  if (!publisher) refuse("SIGNER_UNKNOWN", keyId);
  if (!verifyBytes(artifact.manifest, artifact.signature, publisher)) {
    refuse("MANIFEST_SIGNATURE", `${publisher.name}, ${keyId}`);
  }
}

function checkTimes(manifest: Manifest, { nowMs, lastCounter, knownGood }: AdmissionLimits): void {
  const { notBefore, expires, counter, wasmSha256 } = manifest;
  if (notBefore !== null && !(nowMs >= Date.parse(notBefore))) refuse("NOT_YET_VALID", notBefore);
  if (expires !== null && !(nowMs < Date.parse(expires))) refuse("EXPIRED", expires);
  if (lastCounter !== undefined && counter < lastCounter && wasmSha256 !== knownGood) {
    refuse("COUNTER_OLD", `${counter}, seen ${lastCounter}`);
  }
}

function checkDemands(manifest: Manifest, limits: AdmissionLimits): void {
  const { minNode, profile, fuelPerCall, capabilities } = manifest;
  if (minNode !== undefined && isOlder(limits.nodeVersion, minNode)) {
    refuse("NODE_TOO_OLD", `${minNode}, this is ${limits.nodeVersion}`);
  }
  if (!limits.profiles.includes(profile)) refuse("PROFILE_REFUSED", profile);
  if (fuelPerCall > limits.fuelPerCall) {
    refuse("FUEL_TOO_MUCH", `${fuelPerCall}, ${limits.fuelPerCall} at most`);
  }
  const refused = capabilities.find((one) => !limits.capabilities.includes(one));
  if (refused !== undefined) refuse("CAPABILITY_NOT_GRANTED", refused);
}

/** By major, minor and patch; what stands behind a hyphen does not count. */
function isOlder(version: string, wanted: string): boolean {
  const parts = (text: string): number[] => (text.split("-")[0] ?? "").split(".").map(Number);
  const [mine, theirs] = [parts(version), parts(wanted)];
  const at = theirs.findIndex((part, index) => part !== (mine[index] ?? 0));
  return at >= 0 && (mine[at] ?? 0) < (theirs[at] as number);
}
