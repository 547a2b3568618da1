import { systemClock } from "@fogwot/core";
import { type InstallEvent, SlotStore, type Trust } from "@fogwot/wasm";
import { installed } from "../../bench/wasm/installed";
import { frameOf } from "../../bench/wasm/swap/tally";

/** What a node finds after the power came back. */
export interface Recovery {
  /** Number of the last frame that the state has seen. */
  readonly last: number;
  /** Every mean of the next window is the one that the frames before ask for. */
  readonly isWhole: boolean;
  readonly generation: number;
  readonly highestCounter: number;
  readonly version: string;
  /** What was on probation gave way. */
  readonly wasOnProbation: boolean;
  readonly passedOver: readonly string[];
}

const WINDOW = 8;

/**
 * Opens the slots as a node does: what starts was admitted anew. What is fed to it here is not kept.
 * @returns undefined when nothing was ever committed
 * @throws SlotsLostError, AdmissionError
 */
export async function recover(folder: string, trust: Trust): Promise<Recovery | undefined> {
  const found = await new SlotStore(folder).open();
  if (!found) return undefined;
  const events: InstallEvent[] = [];
  const onEvent = (event: InstallEvent): void => void events.push(event);
  const processor = installed({ folder, trust, clock: systemClock, onEvent });
  await processor.open();
  const meanAfter = (index: number): number => {
    const { emissions } = processor.process(0, frameOf(index));
    const bytes = Buffer.from(emissions[0]?.bytes ?? []);
    return bytes.length === 16 ? bytes.readDoubleLE(8) : Number.NaN;
  };
  // The mean of it and the seven before says which they were: 7 × last - 21 is their sum.
  const probe = meanAfter(0);
  const last = probe === 0 ? -1 : (WINDOW * probe + 21) / 7;
  const rest = Array.from({ length: WINDOW - 1 }, () => meanAfter(0));
  const wanted = rest.map((_, index) => sumOf(last - 5 + index, last) / WINDOW);
  return {
    last,
    isWhole: last === -1 || (Number.isInteger(last) && rest.every((mean, i) => mean === wanted[i])),
    generation: found.commitment.generation,
    highestCounter: found.commitment.highestCounter,
    version: processor.manifest.version,
    wasOnProbation: events.some(({ kind }) => kind === "probation-cut"),
    passedOver: found.passedOver,
  };
}

function sumOf(first: number, last: number): number {
  return first > last ? 0 : ((first + last) * (last - first + 1)) / 2;
}
