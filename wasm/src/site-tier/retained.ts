import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { RecordValue } from "../manifest";
import { writeDurably } from "../slots/durable-file";
import type { ChainProcessor } from "./chain-processor";
import type { TierLog } from "./options";

/** By processor and in-port, the record that is in force. */
export type Settings = Readonly<Record<string, Readonly<Record<string, RecordValue>>>>;

/** What a tier keeps over restarts beside the slots of its processors. */
export interface RetainedState {
  /** Chain that was written while it ran; null: the site file's. */
  readonly chain: readonly ChainProcessor[] | null;
  /** Whose artifact of the site file is not to be deployed again: they were removed, or moved away. */
  readonly removed: readonly string[];
  readonly settings: Settings;
}

const NOTHING: RetainedState = { chain: null, removed: [], settings: {} };

/** `tier.json`. Its chain holds until the site file's chain is another. */
export class Retained {
  readonly #file: string;
  readonly #siteSha256: string;
  readonly #log: TierLog;
  #state = NOTHING;
  #work: Promise<unknown> = Promise.resolve();

  constructor(folder: string, site: readonly ChainProcessor[], log: TierLog) {
    this.#file = path.join(folder, "tier.json");
    this.#siteSha256 = createHash("sha256").update(JSON.stringify(site)).digest("hex");
    this.#log = log;
  }

  get state(): RetainedState {
    return this.#state;
  }

  async load(): Promise<void> {
    await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    let text: string;
    try {
      text = await readFile(this.#file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      throw error;
    }
    try {
      const { siteSha256, ...state } = JSON.parse(text) as RetainedState & { siteSha256: string };
      const isOfSite = siteSha256 === this.#siteSha256;
      this.#state = { ...NOTHING, ...state, ...(isOfSite ? {} : { chain: null, removed: [] }) };
    } catch (error) {
      // The site file says enough to go on with.
      this.#log.error({ file: this.#file, err: error }, "what was kept of the tier is damaged");
    }
  }

  /** @returns once it is on the disk */
  change(changes: Partial<RetainedState>): Promise<void> {
    this.#state = { ...this.#state, ...changes };
    const text = JSON.stringify({ siteSha256: this.#siteSha256, ...this.#state });
    const done = this.#work.then(() => writeDurably(this.#file, Buffer.from(`${text}\n`)));
    this.#work = done.catch(() => undefined);
    return done;
  }
}
