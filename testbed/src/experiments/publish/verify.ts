import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { csvHead } from "../csv-rows";
import { type Experiment, hashOf } from "../experiment";
import { runPool } from "../pool";
import { loadExperimentOf } from "./experiment-of";
import type { RowsDigest, RowsJob } from "./rows-job";
import { checkSums } from "./sums";

export interface VerifyOptions {
  readonly folder: string;
  /** Only so many seeds, from the first. @default all */
  readonly seeds?: number;
  readonly threads?: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, all: number) => void;
}

export interface Verified {
  /** What is not as it should be, in words; empty: all of it is. */
  readonly faults: readonly string[];
  readonly seeds: number;
  readonly bytes: number;
  /** Files of a published bundle whose sums were compared. */
  readonly files: number;
}

/**
 * Runs an experiment again from its configuration and compares outcomes.csv byte for byte, seed by
 * seed; of a published bundle all other files by their sums.
 * @throws ConfigError for a folder without complete results
 */
export async function verify(options: VerifyOptions): Promise<Verified> {
  const { folder, threads, signal, onProgress } = options;
  const { experiment, state } = loadExperimentOf(folder);
  const sums = await checkSums(folder);
  const faults = [...sums.faults];
  const hash = hashOf(experiment);
  if (hash !== state.hash) {
    faults.push(`experiment.json: hash ${state.hash}, its configuration has ${hash}`);
  }
  const wanted = Math.min(options.seeds ?? experiment.seeds, experiment.seeds);
  const inputs = Array.from({ length: wanted }, (_, index): RowsJob => {
    return { experiment, seed: experiment.firstSeed + index };
  });
  const module = path.join(__dirname, `rows-job${path.extname(__filename)}`);
  const digests = await runPool<RowsJob, RowsDigest>(module, inputs, {
    signal,
    ...(threads !== undefined && { workers: threads }),
    ...(onProgress && { onDone: onProgress }),
  });
  const isWhole = wanted === experiment.seeds;
  faults.push(
    ...compareBytes(path.join(folder, "outcomes.csv"), experiment, state.hash, digests, isWhole),
  );
  const bytes = digests.reduce((sum, digest) => sum + digest.bytes, 0);
  return { faults, seeds: wanted, bytes, files: sums.files };
}

/** Goes through the file once; the first seed that differs ends it, what follows is shifted. */
function compareBytes(
  file: string,
  { name }: Experiment,
  hash: string,
  digests: readonly RowsDigest[],
  isWhole: boolean,
): string[] {
  if (!existsSync(file)) return [`${file} is not there`];
  const handle = openSync(file, "r");
  try {
    const head = Buffer.from(csvHead(name, hash));
    if (!take(handle, head.length).equals(head)) {
      return ["outcomes.csv: the first two lines are not those of this configuration"];
    }
    let at = head.length;
    for (const { seed, bytes, sha256 } of digests) {
      const got = createHash("sha256").update(take(handle, bytes)).digest("hex");
      if (got !== sha256) return [`outcomes.csv: seed ${seed} differs (from byte ${at} on)`];
      at += bytes;
    }
    const { size } = fstatSync(handle);
    return isWhole && size !== at ? [`outcomes.csv: ${size - at} bytes after the last seed`] : [];
  } finally {
    closeSync(handle);
  }
}

/** The next bytes of a file; fewer at its end. */
function take(handle: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  let filled = 0;
  while (filled < bytes) {
    const got = readSync(handle, buffer, filled, bytes - filled, null);
    if (got === 0) break;
    filled += got;
  }
  return buffer.subarray(0, filled);
}
