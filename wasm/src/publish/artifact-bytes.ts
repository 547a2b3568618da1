import { ProcessorError } from "../processor-error";
import type { Artifact } from "./artifact";

/** Bytes that are no artifact. */
export class ArtifactError extends ProcessorError {
  readonly code = "PROCESSOR_ARTIFACT";
}

const MAGIC = "FWPA";
const HEADER_BYTES = 12;
const SIGNATURE_BYTES = 64;

/** `FWPA`, version u32 1, manifest length u32, signature 64 bytes, manifest, module; little-endian. */
export function encodeArtifact({ wasm, manifest, signature }: Artifact): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, "latin1");
  header.writeUInt32LE(1, 4);
  header.writeUInt32LE(manifest.length, 8);
  return Buffer.concat([header, signature, manifest, wasm]);
}

/** Takes it apart and looks at nothing inside: that is admission's. @throws ArtifactError */
export function decodeArtifact(bytes: Uint8Array): Artifact {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const manifestAt = HEADER_BYTES + SIGNATURE_BYTES;
  if (buffer.length < manifestAt || buffer.toString("latin1", 0, 4) !== MAGIC) {
    throw new ArtifactError(`got ${buffer.length} bytes that do not begin with ${MAGIC}`);
  }
  const version = buffer.readUInt32LE(4);
  if (version !== 1) throw new ArtifactError(`got an artifact of version ${version}, wanted 1`);
  const wasmAt = manifestAt + buffer.readUInt32LE(8);
  if (wasmAt > buffer.length) {
    throw new ArtifactError(`got ${buffer.length} bytes, wanted more than ${wasmAt}`);
  }
  return {
    signature: Uint8Array.from(buffer.subarray(HEADER_BYTES, manifestAt)),
    manifest: Uint8Array.from(buffer.subarray(manifestAt, wasmAt)),
    wasm: Uint8Array.from(buffer.subarray(wasmAt)),
  };
}
