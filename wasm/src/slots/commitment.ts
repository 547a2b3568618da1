import { sha256Hex } from "../sha256";

/** One version of a processor as a node keeps it: hashes of blobs. */
export interface StoredVersion {
  /** Identity of the code: SHA-256 of the module's bytes, hex. */
  readonly wasmSha256: string;
  /** Blob of the whole artifact: module, manifest and signature as they were admitted. */
  readonly artifactSha256: string;
  /** Blob of the state it was last committed with; null: a cold start. */
  readonly stateSha256: string | null;
  /** Blob of the configuration it runs with; null: none. */
  readonly configSha256: string | null;
  /** The manifest's anti-rollback counter. */
  readonly counter: number;
}

/** Everything a node must know to start a processor again as it was. */
export interface Commitment {
  /** Of this processor on this node; each commit adds one. */
  readonly generation: number;
  readonly active: StoredVersion;
  /** Last known good, for a rollback. */
  readonly previous: StoredVersion | null;
  /** False while the active version is on probation: a node that dies in it starts the previous. */
  readonly isConfirmed: boolean;
  /** Highest counter ever confirmed: an older version comes only by a rollback. */
  readonly highestCounter: number;
  /** Versions that failed on this node; they are not taken again. */
  readonly failedWasmSha256: readonly string[];
}

/** The commitment and a checksum over it, as a slot file holds them. */
export function encodeCommitment(commitment: Commitment): Buffer {
  const body = JSON.stringify(commitment);
  return Buffer.from(`${sha256Hex(Buffer.from(body))}\n${body}\n`);
}

/** @returns undefined for a torn or foreign file */
export function decodeCommitment(bytes: Uint8Array): Commitment | undefined {
  const [checksum, body = ""] = Buffer.from(bytes).toString("utf8").split("\n");
  if (checksum !== sha256Hex(Buffer.from(body))) return undefined;
  try {
    return JSON.parse(body) as Commitment;
  } catch {
    return undefined;
  }
}

export function blobsOf(commitment: Commitment): string[] {
  return [commitment.active, commitment.previous].flatMap((version) =>
    version
      ? [version.artifactSha256, version.stateSha256, version.configSha256].filter(
          (hash) => hash !== null,
        )
      : [],
  );
}
