import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { sha256Hex } from "../sha256";
import { Blobs } from "./blobs";
import {
  blobsOf,
  type Commitment,
  decodeCommitment,
  encodeCommitment,
  type StoredVersion,
} from "./commitment";
import { removeDrafts, writeDurably } from "./durable-file";
import { SlotsLostError, StaleCommitmentError } from "./errors";

const SLOT_NAMES = ["slot-a", "slot-b"] as const;

/** What the slots say at start. */
export interface Recovered {
  readonly commitment: Commitment;
  /** Slots that were passed over, and why: torn, damaged. */
  readonly passedOver: readonly string[];
}

/**
 * Two slots on disk for one processor of a node. A commit writes the slot that is not in force, so
 * that whenever the power goes the other one is whole; the blobs it names are durable before it is.
 * (A file system that keeps its promises never shows a torn slot; a worn SD card may.)
 *
 * ```ts
 * const store = new SlotStore(folder);
 * const recovered = await store.open();            // undefined: nothing was ever committed
 * const artifactSha256 = await store.put(artifact);
 * await store.commit({ ...recovered.commitment, generation: generation + 1, active, isConfirmed: false });
 * ```
 */
export class SlotStore {
  readonly #folder: string;
  readonly #blobs: Blobs;
  #current: Commitment | undefined;
  #inForce = -1;
  /** Stored, and not yet named by a commit. */
  readonly #pending = new Set<string>();
  #work: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
    this.#blobs = new Blobs(path.join(folder, "blobs"));
  }

  get current(): Commitment | undefined {
    return this.#current;
  }

  /**
   * Reads the newest slot whose blobs are all whole.
   * @throws SlotsLostError when something was committed and nothing of it can be started
   */
  async open(): Promise<Recovered | undefined> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await removeDrafts(this.#folder);
    await this.#blobs.prepare();
    const slots = await Promise.all(SLOT_NAMES.map((name) => this.#read(name)));
    const passedOver = slots.flatMap(({ fault }) => fault ?? []);
    const newestFirst = slots
      .flatMap(({ name, commitment }, index) => (commitment ? [{ name, commitment, index }] : []))
      .sort((a, b) => b.commitment.generation - a.commitment.generation);
    for (const { name, index, commitment } of newestFirst) {
      const found = await this.#withWholeBlobs(commitment);
      if (found) {
        this.#current = found;
        this.#inForce = index;
        await this.#collect(newestFirst.map((slot) => slot.commitment));
        return { commitment: found, passedOver };
      }
      passedOver.push(`${name}: a blob is gone or damaged`);
    }
    if (passedOver.length > 0) throw new SlotsLostError(this.#folder, passedOver);
    return undefined;
  }

  /** Stores an artifact, a state or a configuration. @returns its SHA-256 */
  async put(bytes: Uint8Array): Promise<string> {
    this.#pending.add(sha256Hex(bytes));
    return this.#blobs.put(bytes);
  }

  /** @throws BlobMissingError, BlobDamagedError */
  get(sha256: string): Promise<Buffer> {
    return this.#blobs.get(sha256);
  }

  /**
   * In force, and durable, once resolved. Commits queue up.
   * @throws StaleCommitmentError when its generation is not the next
   */
  commit(next: Commitment): Promise<void> {
    const done = this.#work.then(() => this.#commit(next));
    this.#work = done.catch(() => undefined);
    return done;
  }

  async #commit(next: Commitment): Promise<void> {
    const wanted = (this.#current?.generation ?? 0) + 1;
    if (next.generation !== wanted) throw new StaleCommitmentError(next.generation, wanted);
    const target = this.#inForce === 0 ? 1 : 0;
    await writeDurably(this.#file(SLOT_NAMES[target]), encodeCommitment(next));
    const last = this.#current;
    this.#current = next;
    this.#inForce = target;
    for (const sha256 of blobsOf(next)) this.#pending.delete(sha256);
    // The older slot may be started from until it is written over: its blobs stay.
    await this.#collect([next, last]);
  }

  #collect(commitments: readonly (Commitment | undefined)[]): Promise<void> {
    const named = commitments.flatMap((commitment) => (commitment ? blobsOf(commitment) : []));
    return this.#blobs.keepOnly(new Set([...named, ...this.#pending]));
  }

  /** A damaged previous version costs the rollback, not the start. */
  async #withWholeBlobs(commitment: Commitment): Promise<Commitment | undefined> {
    const isWhole = async (version: StoredVersion | null): Promise<boolean> => {
      const hashes = version
        ? [version.artifactSha256, version.stateSha256, version.configSha256]
        : [];
      const there = await Promise.all(hashes.map((hash) => hash === null || this.#blobs.has(hash)));
      return there.every(Boolean);
    };
    if (!(await isWhole(commitment.active))) return undefined;
    return (await isWhole(commitment.previous)) ? commitment : { ...commitment, previous: null };
  }

  async #read(name: string): Promise<{ name: string; commitment?: Commitment; fault?: string }> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.#file(name));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code === "ENOENT" ? { name } : { name, fault: `${name}: cannot be read (${code})` };
    }
    const commitment = decodeCommitment(bytes);
    return commitment ? { name, commitment } : { name, fault: `${name}: torn` };
  }

  #file(name: string): string {
    return path.join(this.#folder, name);
  }
}
