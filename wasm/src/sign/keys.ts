import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { KeyError } from "./sign-error";

/** A publisher as others know it: an Ed25519 public key (JWK, RFC 8037) with its id and a name. */
export interface PublisherKey {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  /** Public key, base64url. */
  readonly x: string;
  /** @see keyIdOf */
  readonly kid: string;
  readonly name: string;
}

/** A publisher's own: with the private key. */
export interface SecretKey extends PublisherKey {
  readonly d: string;
}

export const SIGNATURE_BYTES = 64;
const PUBLIC_KEY_BYTES = 32;
const KEY_ID_BYTES = 16;

/** @returns id of a public key: the first 16 bytes of its SHA-256, hex */
export function keyIdOf(publicKey: Uint8Array): string {
  const digest = createHash("sha256").update(publicKey).digest();
  return digest.subarray(0, KEY_ID_BYTES).toString("hex");
}

export function makePublisherKey(name: string): SecretKey {
  const { x, d } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  if (x === undefined || d === undefined) throw new KeyError("node:crypto made no key");
  const kid = keyIdOf(Buffer.from(x, "base64url"));
  return { kty: "OKP", crv: "Ed25519", x, kid, name, d };
}

/** Without the private part. */
export function openPart({ kty, crv, x, kid, name }: PublisherKey): PublisherKey {
  return { kty, crv, x, kid, name };
}

/** @throws KeyError when it is no such key, or its id is not its own */
export function checkPublisherKey(value: unknown, source: string): PublisherKey {
  const { kty, crv, x, kid, name } = (value ?? {}) as Record<string, unknown>;
  const isText = [x, kid, name].every((one) => typeof one === "string" && one.length <= 200);
  if (kty !== "OKP" || crv !== "Ed25519" || !isText) {
    throw new KeyError(`${source}: wanted an Ed25519 key as JWK, with kid and name`);
  }
  const raw = Buffer.from(x as string, "base64url");
  if (raw.length !== PUBLIC_KEY_BYTES || keyIdOf(raw) !== kid) {
    throw new KeyError(`${source}: ${kid} is not the id of the key beside it`);
  }
  return { kty, crv, x: x as string, kid: kid as string, name: name as string };
}

/** @throws KeyError as checkPublisherKey, or without its private part */
export function checkSecretKey(value: unknown, source: string): SecretKey {
  const open = checkPublisherKey(value, source);
  const { d } = value as { d?: unknown };
  if (typeof d !== "string") throw new KeyError(`${source}: wanted the private part, d, too`);
  return { ...open, d };
}

/** Ed25519 (RFC 8032): the same message and key give the same 64 bytes. */
export function signBytes(message: Uint8Array, { kty, crv, x, d }: SecretKey): Uint8Array {
  try {
    const key = createPrivateKey({ key: { kty, crv, x, d }, format: "jwk" });
    return sign(null, message, key);
  } catch (cause) {
    throw new KeyError("the private key cannot be used", { cause });
  }
}

export function verifyBytes(
  message: Uint8Array,
  signature: Uint8Array,
  key: PublisherKey,
): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  return verify(null, message, imported(key), signature);
}

const importedKeys = new WeakMap<PublisherKey, KeyObject>();

/** Importing takes as long as verifying does, and a trust list lasts. */
function imported(publisher: PublisherKey): KeyObject {
  const { kty, crv, x } = publisher;
  try {
    const key =
      importedKeys.get(publisher) ?? createPublicKey({ key: { kty, crv, x }, format: "jwk" });
    importedKeys.set(publisher, key);
    return key;
  } catch (cause) {
    throw new KeyError("the public key cannot be used", { cause });
  }
}
