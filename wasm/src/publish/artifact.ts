import { type AuthorManifest, checkManifest, type Manifest } from "../manifest";
import { canonicalJson } from "../manifest/canonical";
import { sha256Hex } from "../sha256";
import { type SecretKey, signBytes, signModule } from "../sign";

/** A published processor: what is stored, sent and admitted. */
export interface Artifact {
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** Canonical JSON, UTF-8: the bytes that are signed. */
  readonly manifest: Uint8Array;
  /** Ed25519 over them, 64 bytes. */
  readonly signature: Uint8Array;
}

export interface PublishOptions {
  readonly manifest: AuthorManifest;
  /** Instrumented, unsigned. */
  readonly wasm: Uint8Array;
  readonly key: SecretKey;
  /** The publication before this one; absent: the first. */
  readonly previous?: Manifest;
  /** ISO 8601, UTC. @default null: at once, for ever */
  readonly notBefore?: string | null;
  readonly expires?: string | null;
}

/**
 * Signs a module and its manifest. The counter goes up by one from the publication before; one that would
 * say the same as that is that, with its counter.
 * @throws ManifestError
 */
export function publish(options: PublishOptions): Artifact & { readonly said: Manifest } {
  const { manifest, key, previous, notBefore = null, expires = null } = options;
  const wasm = signModule(options.wasm, key);
  const { source: _source, runtime: _runtime, ...shared } = manifest;
  const signed = (counter: number, before: string | null): Manifest => ({
    ...shared,
    abi: 1,
    wasmSha256: sha256Hex(wasm),
    size: wasm.length,
    keyId: key.kid,
    counter,
    previous: before,
    notBefore,
    expires,
  });
  const again = previous && signed(previous.counter, previous.previous);
  const said =
    again && canonicalJson(again) === canonicalJson(previous)
      ? again
      : signed((previous?.counter ?? 0) + 1, previous?.wasmSha256 ?? null);
  checkManifest(structuredClone(said), manifest.name);
  const bytes = Buffer.from(canonicalJson(said), "utf8");
  return { wasm, manifest: bytes, signature: signBytes(bytes, key), said };
}
