import { type AdmissionLimits, type Admitted, admit, DEFAULT_ADMISSION_LIMITS } from "../admission";
import { checkAuthorManifest, type Manifest, type ManifestBase } from "../manifest";
import { canonicalJson } from "../manifest/canonical";
import { type Artifact, publish } from "../publish/artifact";
import { instrument } from "../publish/instrument";
import {
  makePublisherKey,
  NO_TRUST,
  openPart,
  type SecretKey,
  signBytes,
  type Trust,
} from "../sign";

/** Of this run of the tests alone. */
export const TEST_KEY: SecretKey = makePublisherKey("tests");
export const TEST_TRUST: Trust = { ...NO_TRUST, publishers: [openPart(TEST_KEY)] };
export const TEST_LIMITS: AdmissionLimits = {
  ...DEFAULT_ADMISSION_LIMITS,
  nowMs: Date.parse("2026-01-01T00:00:00Z"),
  nodeVersion: "0.1.0",
};

export interface SignedOptions {
  /** In place of the least that a manifest says. */
  readonly manifest?: Partial<ManifestBase>;
  /** Of the signed manifest. */
  readonly said?: Partial<Manifest>;
  /** Signs the bytes as they are. @default false */
  readonly isRaw?: boolean;
  readonly key?: SecretKey;
}

/** Signs a module as a publisher would who leaves the publish pass out, or lies in the manifest. */
export function signed(wasm: Uint8Array, options: SignedOptions = {}): Artifact {
  const { key = TEST_KEY, said } = options;
  const manifest = checkAuthorManifest(
    {
      name: "hand-made",
      version: "1.0.0",
      ports: { in: [], out: [] },
      fuelPerCall: 1_000,
      ...options.manifest,
    },
    "test",
  );
  const { profile, memoryMaxPages } = manifest;
  const bytes = options.isRaw ? wasm : instrument(wasm, { profile, memoryMaxPages });
  const made = publish({ manifest, wasm: bytes, key });
  if (!said) return made;
  const text = Buffer.from(canonicalJson({ ...made.said, ...said }), "utf8");
  return { wasm: made.wasm, manifest: text, signature: signBytes(text, key) };
}

/** Admits by the tests' trust. */
export function admitted(artifact: Artifact, limits: Partial<AdmissionLimits> = {}): Admitted {
  return admit(artifact, TEST_TRUST, { ...TEST_LIMITS, ...limits });
}
