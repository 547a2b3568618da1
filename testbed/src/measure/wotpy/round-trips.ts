import { errorCode } from "../leg";
import { within } from "../within";
import type { AskContext, Asked } from "./asked";
import type { Outcome } from "./outcome";

interface RoundTripOutput {
  readonly timeRequest?: number;
  readonly timeArrival: number;
  readonly timeReturn: number;
}

/** One batch of `measureRoundTrip`: all at once, and done when the last is. */
export function roundTripBatch(
  asked: Asked,
  context: AskContext,
  batch: number,
  parallel: number,
): Promise<Outcome[]> {
  const one = (index: number) => roundTrip(asked, context, batch, index);
  return Promise.all(Array.from({ length: parallel }, (_, index) => one(index)));
}

async function roundTrip(
  { thing, variant }: Asked,
  { timeoutMs, clock, preciseNow }: AskContext,
  batch: number,
  index: number,
): Promise<Outcome> {
  const timestampMs = clock.now();
  const facts = { verb: "invokeaction", variant: variant.name, batch, index, timestampMs } as const;
  const timeRequest = preciseNow();
  try {
    const input = { timeRequest, mu: 0, sigma: 0 };
    const invoked = thing.invokeAction("measureRoundTrip", input);
    const answer = await within(invoked, timeoutMs, clock);
    const output = (await answer?.value()) as unknown as RoundTripOutput | undefined;
    const timeResponse = preciseNow();
    // node-wot's MQTT binding answers with nothing; so would a Thing that only says that it heard.
    if (output?.timeArrival === undefined) return lost(facts, "NO_OUTPUT");
    return {
      ...facts,
      ok: true,
      latencyMs: timeResponse - timeRequest - (output.timeReturn - output.timeArrival),
      error: null,
    };
  } catch (error) {
    return lost(facts, errorCode(error));
  }
}

/** An outcome without an answer. */
export function lost(facts: Omit<Outcome, "ok" | "latencyMs" | "error">, error: string): Outcome {
  return { ...facts, ok: false, latencyMs: null, error };
}
