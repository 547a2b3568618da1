import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { decodeArtifact, type Trust } from "@fogwot/wasm";
import { installed } from "../../bench/wasm/installed";
import { frameOf } from "../../bench/wasm/swap/tally";

/** The only line on stdin: work until the power goes. */
export interface DeployerOrder {
  readonly slots: string;
  readonly trust: Trust;
  /** Folder of encoded artifacts. */
  readonly publications: string;
  /** Files of it, to be deployed one after the other. */
  readonly names: readonly string[];
  /** Number of the first frame. */
  readonly from: number;
}

/** A line on stdout, once the disk has taken it. */
export interface DeployerReport {
  /** Number of the last frame whose effect a restart must show. */
  readonly kept: number;
  /** Of the commitment; undefined where it was a checkpoint. */
  readonly generation?: number;
}

/** As many as moving-average keeps: its mean says which were the last. */
const FRAMES = 8;
/** Over in the second round after a deployment: a kill may fall before, in and after it. */
const PROBATION = { frames: 12, durationMs: 0 };

/** Not the core's, which takes a second to load on a busy machine: ten of these start in a test. */
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };

async function work(order: DeployerOrder): Promise<never> {
  const { slots, trust, publications, names } = order;
  const processor = installed({ folder: slots, trust, clock, probation: PROBATION });
  await processor.open();
  let next = order.from;
  let keptAtSwap = next - 1;
  const report = (generation?: number): void => {
    const isConfirmed = processor.hosted?.status === "confirmed";
    const kept = isConfirmed ? next - 1 : keptAtSwap;
    const line: DeployerReport = { kept, ...(generation === undefined ? {} : { generation }) };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  const deploy = async (name: string): Promise<void> => {
    const artifact = decodeArtifact(readFileSync(path.join(publications, name)));
    // A version that never was confirmed is nothing to fall back to: the one before it is.
    if (processor.hosted?.status !== "probation") keptAtSwap = next - 1;
    report((await processor.deploy(artifact)).generation);
  };
  for (let round = 0; ; round++) {
    const name = names[Math.floor(round / 2)];
    if (round % 2 === 0 && name !== undefined) await deploy(name);
    for (let left = FRAMES; left > 0; left--) processor.process(0, frameOf(next++));
    await processor.checkpoint();
    report();
  }
}

createInterface({ input: process.stdin }).once("line", (line) => {
  void work(JSON.parse(line) as DeployerOrder);
});
