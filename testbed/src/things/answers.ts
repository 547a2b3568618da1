import {
  BINDING_NAMES,
  type BindingName,
  bindingsOf,
  pinBinding,
  type RunningServient,
  systemClock,
} from "@fogwot/core";
import type { SiteThing } from "./thing-descriptions";

/** How many Things answered a read of `status`, per binding. */
export type Answered = Readonly<Record<BindingName, number>>;

export interface AnswerReport {
  readonly answered: Answered;
  /** "wifi-1 over coap: reason" of every Thing that did not answer over a binding it offers. */
  readonly silent: readonly string[];
}

const RETRY_MS = 200;

interface Probe {
  readonly thing: SiteThing;
  readonly binding: BindingName;
  isAnswered: boolean;
  problem: string;
}

/**
 * Reads `status` of every Thing over every binding that its description offers, until all have
 * answered, the time is over, or `signal` is aborted. A late start is no fault; silence to the end is.
 */
export async function awaitAnswers(
  client: RunningServient,
  things: readonly SiteThing[],
  limitMs: number,
  signal: AbortSignal,
  onProgress: (text: string) => void = () => undefined,
): Promise<AnswerReport> {
  const probes: Probe[] = things.flatMap((thing) =>
    bindingsOf(thing.td).map((binding) => ({ thing, binding, isAnswered: false, problem: "" })),
  );
  const deadlineMs = systemClock.monotonicMs() + limitMs;
  for (;;) {
    const open = probes.filter((probe) => !probe.isAnswered);
    await Promise.all(open.map((probe) => ask(client, probe)));
    const left = probes.filter((probe) => !probe.isAnswered);
    onProgress(`${probes.length - left.length} of ${probes.length} Thing interfaces answer`);
    const isOver = systemClock.monotonicMs() > deadlineMs || signal.aborted;
    if (left.length === 0 || isOver) return report(probes);
    await systemClock.sleep(RETRY_MS);
  }
}

async function ask(client: RunningServient, probe: Probe): Promise<void> {
  try {
    const thing = await client.wot.consume(pinBinding(probe.thing.td, probe.binding));
    await (await thing.readProperty("status")).value();
    probe.isAnswered = true;
  } catch (error) {
    probe.problem = error instanceof Error ? error.message : String(error);
  }
}

function report(probes: readonly Probe[]): AnswerReport {
  const count = (binding: BindingName): number =>
    probes.filter((probe) => probe.binding === binding && probe.isAnswered).length;
  return {
    answered: Object.fromEntries(BINDING_NAMES.map((name) => [name, count(name)])) as Answered,
    silent: probes
      .filter((probe) => !probe.isAnswered)
      .map((probe) => `${probe.thing.id} over ${probe.binding}: ${probe.problem}`),
  };
}
