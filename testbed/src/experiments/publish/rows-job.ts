import { createHash } from "node:crypto";
import { csvRows } from "../csv-rows";
import type { Experiment } from "../experiment";
import { playSeed } from "../play-seed";

export interface RowsJob {
  readonly experiment: Experiment;
  readonly seed: number;
}

/** What the rows of a seed must be, byte for byte. */
export interface RowsDigest {
  readonly seed: number;
  readonly bytes: number;
  readonly sha256: string;
}

export function job({ experiment, seed }: RowsJob): RowsDigest {
  const hash = createHash("sha256");
  let bytes = 0;
  for (const log of playSeed(experiment, seed)) {
    for (const piece of csvRows(log)) {
      const buffer = Buffer.from(piece);
      hash.update(buffer);
      bytes += buffer.length;
    }
  }
  return { seed, bytes, sha256: hash.digest("hex") };
}
