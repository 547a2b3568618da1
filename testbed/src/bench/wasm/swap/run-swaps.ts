import { setImmediate } from "node:timers/promises";
import type { Clock } from "@fogwot/core";
import type { InstallEvent, InstalledProcessor, StateHandOver } from "@fogwot/wasm";
import { type Distribution, distribution } from "../../../measure/statistics";
import { installed } from "../installed";
import type { Publications } from "../publications";
import { frameOf, Tally } from "./tally";

export interface SwapRunOptions {
  readonly publications: Publications;
  /** Of the slots. */
  readonly folder: string;
  readonly frames: number;
  readonly swaps: number;
  readonly framesPerSecond: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress?: (text: string) => void;
}

export interface SwapRunFigures {
  readonly frames: number;
  readonly swaps: number;
  readonly lost: number;
  readonly reordered: number;
  readonly wrong: number;
  /** Swaps by how the state came over. */
  readonly states: Readonly<Partial<Record<StateHandOver, number>>>;
  /** For which no frame could be taken, ms. */
  readonly pauseMs: Distribution | null;
  /** From the moment a frame was due to its output, ms; whatever held the thread up is in it. */
  readonly latencyMs: Distribution | null;
  /** From the call of deploy until a restart would know of it, ms. */
  readonly deployMs: Distribution | null;
  /** Faults, and commits that the disk did not take. */
  readonly troubles: readonly string[];
}

/** As on a node. */
const DEADLINE_MS = 1_000;
const MOST_AT_ONCE = 256;
const PROBATION = { frames: 100, durationMs: 10 };

/**
 * Frames come at their rate, whatever the processor does, and it is replaced between them as often as
 * asked for: admission, compilation, hand-over of the state and the disk, all in the process of the frames.
 */
export async function runSwaps(options: SwapRunOptions): Promise<SwapRunFigures> {
  const { publications, frames, swaps, framesPerSecond, clock, signal, onProgress } = options;
  const tally = new Tally();
  const latencies: number[] = [];
  const log = new SwapLog();
  const processor = installed({
    folder: options.folder,
    trust: publications.trust,
    clock,
    probation: PROBATION,
    deadlineMs: DEADLINE_MS,
    onEvent: (event) => log.add(event),
  });
  await processor.open();
  await processor.deploy(publications.next());

  const framesPerSwap = Math.floor(frames / (swaps + 1));
  const msPerFrame = 1_000 / framesPerSecond;
  const startMs = clock.monotonicMs();
  let deploying: Promise<void> = Promise.resolve();
  let swapped = 0;
  for (let next = 0; next < frames; await setImmediate()) {
    signal.throwIfAborted();
    const due = Math.floor((clock.monotonicMs() - startMs) / msPerFrame) + 1;
    const count = Math.min(due, frames, next + MOST_AT_ONCE) - next;
    if (count <= 0) continue;
    const batch = Array.from({ length: count }, (_, index) => frameOf(next + index));
    for (const { emissions } of processor.processAll(0, batch)) {
      for (const { bytes } of emissions) tally.add(bytes);
    }
    const endMs = clock.monotonicMs() - startMs;
    for (let index = next; index < next + count; index++) {
      latencies.push(endMs - index * msPerFrame);
    }
    next += count;
    if (swapped < swaps && next >= (swapped + 1) * framesPerSwap) {
      swapped++;
      onProgress?.(`swap ${swapped}`);
      deploying = deploying.then(() => log.deploy(processor, publications, clock));
    }
  }
  await deploying;
  await processor.stop();
  tally.end(frames);
  const { lost, reordered, wrong } = tally;
  return { frames, lost, reordered, wrong, ...log.figures(), latencyMs: distribution(latencies) };
}

class SwapLog {
  readonly #pausesMs: number[] = [];
  readonly #deploysMs: number[] = [];
  readonly #states: Partial<Record<StateHandOver, number>> = {};
  readonly #troubles: string[] = [];

  add(event: InstallEvent): void {
    if (event.kind === "swapped" && event.reason === "deployed") {
      this.#pausesMs.push(event.pauseMs);
      this.#states[event.state] = (this.#states[event.state] ?? 0) + 1;
    } else if (event.kind !== "confirmed") {
      this.#troubles.push(JSON.stringify(event));
    }
  }

  async deploy(
    processor: InstalledProcessor,
    publications: Publications,
    clock: Clock,
  ): Promise<void> {
    const artifact = publications.next();
    const beganMs = clock.monotonicMs();
    await processor.deploy(artifact);
    this.#deploysMs.push(clock.monotonicMs() - beganMs);
  }

  figures() {
    return {
      swaps: this.#pausesMs.length,
      states: this.#states,
      pauseMs: distribution(this.#pausesMs),
      deployMs: distribution(this.#deploysMs),
      troubles: this.#troubles,
    };
  }
}
