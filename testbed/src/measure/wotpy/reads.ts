import { errorCode } from "../leg";
import { within } from "../within";
import type { AskContext, Asked } from "./asked";
import type { Outcome } from "./outcome";
import { lost } from "./round-trips";

/**
 * Reads `currentTime` at a fixed rate, whether or not earlier reads have been answered: a client
 * that waits for each answer would ask less where the network is worse.
 */
export async function readsAtRate(
  asked: Asked,
  context: AskContext,
  { total, perSecond }: { readonly total: number; readonly perSecond: number },
): Promise<Outcome[]> {
  const { clock, signal } = context;
  const startMs = clock.monotonicMs();
  const reads: Promise<Outcome>[] = [];
  for (let index = 0; index < total && !signal.aborted; index++) {
    const waitMs = startMs + (index * 1_000) / perSecond - clock.monotonicMs();
    if (waitMs > 0) await clock.sleep(waitMs);
    reads.push(read(asked, context, index));
  }
  return Promise.all(reads);
}

async function read(
  { thing, variant }: Asked,
  { timeoutMs, clock, preciseNow }: AskContext,
  index: number,
): Promise<Outcome> {
  const timestampMs = clock.now();
  const facts = {
    verb: "readproperty",
    variant: variant.name,
    batch: 0,
    index,
    timestampMs,
  } as const;
  const timeRequest = preciseNow();
  try {
    const answer = await within(thing.readProperty("currentTime"), timeoutMs, clock);
    await answer.value();
    return { ...facts, ok: true, latencyMs: preciseNow() - timeRequest, error: null };
  } catch (error) {
    return lost(facts, errorCode(error));
  }
}
