import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { sha256Hex } from "../sha256";
import { syncFolder, writeDurably } from "./durable-file";
import { BlobDamagedError, BlobMissingError } from "./errors";

/** Files named by the SHA-256 of what they hold: artifacts and states. What is read is verified. */
export class Blobs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await syncFolder(path.dirname(this.#folder));
  }

  /** @returns its SHA-256 in hex; durable once resolved */
  async put(bytes: Uint8Array): Promise<string> {
    const sha256 = sha256Hex(bytes);
    if (!(await this.has(sha256))) await writeDurably(this.#file(sha256), bytes);
    return sha256;
  }

  /** @throws BlobMissingError, BlobDamagedError */
  async get(sha256: string): Promise<Buffer> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.#file(sha256));
    } catch (cause) {
      throw new BlobMissingError(sha256, { cause });
    }
    const got = sha256Hex(bytes);
    if (got !== sha256) throw new BlobDamagedError(sha256, got);
    return bytes;
  }

  /** Whether it is there and sound: a damaged one is written again by `put`. */
  async has(sha256: string): Promise<boolean> {
    return this.get(sha256).then(
      () => true,
      () => false,
    );
  }

  /** Removes every other file; a draft under way carries its blob's name in front. */
  async keepOnly(wanted: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const [sha256 = ""] = name.split(".");
      if (!wanted.has(sha256)) await rm(path.join(this.#folder, name), { force: true });
    }
  }

  #file(sha256: string): string {
    return path.join(this.#folder, sha256);
  }
}
