import { createHash } from "node:crypto";
import {
  ByteReader,
  ByteWriter,
  customSection,
  MalformedModuleError,
  payloadOf,
  SECTION,
  type WasmModule,
} from "../module";
import { type PublisherKey, type SecretKey, signBytes, verifyBytes } from "./keys";
import { SignatureError } from "./sign-error";

/** Name of the section, which is the module's first. @see WebAssembly tool-conventions, Signatures.md */
export const SIGNATURE_SECTION = "signature";
const DELIMITER_SECTION = "signature_delimiter";
const HEADER_BYTES = 8;
const SPEC_VERSION = 1;
const CONTENT_MODULE = 1;
const SHA256 = 1;
const ED25519 = 1;
const HASH_BYTES = 32;
const MOST = 16;

/** What the signed bytes begin with, so that no other signature of the key can stand for one. */
const DOMAIN = Buffer.from([...Buffer.from("wasmsig"), SPEC_VERSION, CONTENT_MODULE, SHA256]);

export interface ModuleSignature {
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** Puts a signature of everything else in front of an unsigned module's sections. */
export function signModule(wasm: Uint8Array, key: SecretKey): Uint8Array<ArrayBuffer> {
  const sections = wasm.subarray(HEADER_BYTES);
  const hash = sha256(sections);
  const signature = signBytes(messageOf(hash), key);
  const payload = new ByteWriter().u8(SPEC_VERSION, CONTENT_MODULE, SHA256).u32(1);
  payload.u32(1).raw(hash).u32(1);
  payload.sized(Buffer.from(key.kid, "hex")).u8(ED25519).sized(signature);
  return new ByteWriter()
    .raw(wasm.subarray(0, HEADER_BYTES))
    .raw(customSection(SIGNATURE_SECTION, payload.finish()))
    .raw(sections)
    .finish();
}

/** The module without its signature section; as it is where there is none. */
export function unsignedBytes(module: WasmModule): Uint8Array<ArrayBuffer> {
  const first = signatureSection(module);
  const writer = new ByteWriter().raw(module.bytes.subarray(0, HEADER_BYTES));
  return writer.raw(module.bytes.subarray(first?.end ?? HEADER_BYTES)).finish();
}

/** Who has signed, as the module says; unchecked. @throws SignatureError where the section is malformed */
export function readSignatures(module: WasmModule): readonly ModuleSignature[] {
  return readSection(module).signatures;
}

/**
 * Verifies that somebody of a list has signed the whole module.
 * @returns id of the key
 * @throws SignatureError by fault: missing, malformed, partial, stranger, wrong
 */
export function verifyModule(module: WasmModule, publishers: readonly PublisherKey[]): string {
  const { hash, signatures } = readSection(module);
  const known = signatures.flatMap(({ keyId, signature }) => {
    const publisher = publishers.find(({ kid }) => kid === keyId);
    return publisher ? [{ publisher, signature }] : [];
  });
  if (known.length === 0) {
    const by = signatures.map(({ keyId }) => keyId).join(", ") || "nobody";
    throw new SignatureError("stranger", `the module is signed by ${by}, which is not trusted`);
  }
  const start = signatureSection(module)?.end ?? HEADER_BYTES;
  if (!sha256(module.bytes.subarray(start)).equals(hash)) {
    throw new SignatureError("wrong", "the module is not the one that was signed");
  }
  const message = messageOf(hash);
  const good = known.find(({ publisher, signature }) => verifyBytes(message, signature, publisher));
  if (!good) throw new SignatureError("wrong", "no signature of a trusted key holds");
  return good.publisher.kid;
}

function readSection(module: WasmModule): {
  hash: Uint8Array;
  signatures: readonly ModuleSignature[];
} {
  const section = signatureSection(module);
  if (!section) throw new SignatureError("missing", "the module is not signed");
  if (module.sections.some(({ name }) => name === DELIMITER_SECTION)) {
    throw new SignatureError("partial", "the module is signed in parts");
  }
  try {
    return readPayload(new ByteReader(payloadOf(module, section), SIGNATURE_SECTION));
  } catch (cause) {
    if (!(cause instanceof MalformedModuleError)) throw cause;
    throw new SignatureError("malformed", cause.message, { cause });
  }
}

function readPayload(reader: ByteReader): {
  hash: Uint8Array;
  signatures: readonly ModuleSignature[];
} {
  for (const wanted of [SPEC_VERSION, CONTENT_MODULE, SHA256]) {
    const at = reader.at;
    const got = reader.u8();
    if (got !== wanted) reader.fail(`${got}`, `${wanted}`, at);
  }
  const sets = reader.count("sets of hashes", MOST);
  const hashes = reader.count("hashes", MOST, HASH_BYTES);
  if (sets !== 1 || hashes !== 1) {
    throw new SignatureError("partial", `the module is signed in ${sets} × ${hashes} parts`);
  }
  const hash = reader.take(HASH_BYTES);
  const count = reader.count("signatures", MOST, 3);
  const signatures = Array.from({ length: count }, () => {
    const keyId = Buffer.from(reader.take(reader.u32())).toString("hex");
    const at = reader.at;
    const algorithm = reader.u8();
    if (algorithm !== ED25519) reader.fail(`algorithm ${algorithm}`, "Ed25519", at);
    return { keyId, signature: reader.take(reader.u32()) };
  });
  if (!reader.isAtEnd) reader.fail("more bytes", "the section's end");
  return { hash, signatures };
}

function signatureSection({ sections }: WasmModule) {
  const [first] = sections;
  return first?.id === SECTION.custom && first.name === SIGNATURE_SECTION ? first : undefined;
}

function messageOf(hash: Uint8Array): Buffer {
  return Buffer.concat([DOMAIN, hash]);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
