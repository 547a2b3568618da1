import * as path from "node:path";
import { BINDING_NAMES, type BindingName } from "@fogwot/core";
import { crashCheck } from "../events/run";
import { BROKER, type Rig, THING } from "../rig/rig";
import type { SoakCheck } from "../soak";
import { type MemoryFigures, MemorySeries, memoryCheck } from "../verdict/memory-series";
import type { ConsumerConfig, ConsumerFigures, ConsumerOrder } from "./consumer";

export interface ConsumeOptions {
  readonly rig: Rig;
  /** Cycles over each binding. */
  readonly count: number;
  /** Memory and handles are looked at after each; the Thing is made anew then. */
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (text: string) => void;
}

export interface BindingCycles {
  readonly binding: BindingName;
  readonly cycles: number;
  readonly failed: Readonly<Record<string, number>>;
  /** After each round. */
  readonly handles: readonly number[];
  readonly memory: readonly MemoryFigures[];
}

const CONSUMER = "consumer";
const ROUND_LIMIT_MS = 30 * 60_000;

/** A mash-up consumes, reads and lets go, over one binding after the other, while its Thing is ended and exposed anew. */
export async function runConsume(options: ConsumeOptions): Promise<{
  readonly bindings: readonly BindingCycles[];
  readonly checks: readonly SoakCheck[];
}> {
  const { rig } = options;
  const source = path.join(__dirname, `consumer${path.extname(__filename)}`);
  await rig.start<ConsumerConfig, null>(CONSUMER, source, { td: rig.td });
  const bindings: BindingCycles[] = [];
  for (const binding of BINDING_NAMES) bindings.push(await consumeOver(binding, options));
  return { bindings, checks: [...bindings.flatMap(checksOf), crashCheck(rig)] };
}

async function consumeOver(
  binding: BindingName,
  { rig, count, rounds, signal, onProgress }: ConsumeOptions,
): Promise<BindingCycles> {
  const watched = [CONSUMER, THING, BROKER];
  const series = watched.map((name) => [name, new MemorySeries(`${binding}, ${name}`)] as const);
  const failed: Record<string, number> = {};
  const handles: number[] = [];
  const perRound = Math.ceil(count / rounds);
  for (let round = 1; round <= rounds && !signal.aborted; round++) {
    const order: ConsumerOrder = { binding, count: perRound };
    const figures = await rig.processes.ask<ConsumerFigures>(CONSUMER, order, ROUND_LIMIT_MS);
    for (const [error, times] of Object.entries(figures.failed)) {
      failed[error] = (failed[error] ?? 0) + times;
    }
    handles.push(figures.handles);
    for (const [name, one] of series) await rig.sample(one, name);
    await rig.order({ order: "renew" });
    onProgress?.(`${round * perRound} of ${count} over ${binding}`);
  }
  const memory = series.map(([, one]) => one.figures);
  return { binding, cycles: handles.length * perRound, failed, handles, memory };
}

function checksOf({ binding, cycles, failed, handles, memory }: BindingCycles): SoakCheck[] {
  // The first round opens the connections that later ones use again.
  const [first = 0] = handles;
  const last = handles.at(-1) ?? Number.POSITIVE_INFINITY;
  return [
    {
      claim: `${binding}: every cycle reads`,
      holds: cycles > 0 && Object.keys(failed).length === 0,
      found: `${cycles} cycles, failed ${JSON.stringify(failed)}`,
    },
    {
      claim: `${binding}: no socket and no timer more than after the first round`,
      holds: last <= first,
      found: `${first} → ${last}`,
    },
    ...memory.map(memoryCheck),
  ];
}
