import { createHash } from "node:crypto";

/** Hex, of the exact bytes. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
