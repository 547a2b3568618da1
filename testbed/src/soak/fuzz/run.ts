import { BINDING_NAMES, type BindingName, systemClock } from "@fogwot/core";
import { crashCheck } from "../events/run";
import { CoapFlood } from "../malformed/coap-flood";
import type { Flood } from "../malformed/flood";
import { HttpFlood } from "../malformed/http-flood";
import { MqttFlood } from "../malformed/mqtt-flood";
import type { BystanderFigures } from "../rig/bystander";
import { BROKER, type Rig, THING } from "../rig/rig";
import type { SoakCheck } from "../soak";
import { type MemoryFigures, MemorySeries } from "../verdict/memory-series";
import { fuzzCoap } from "./coap-grammar";
import { Fence } from "./fence";
import { fuzzHttp } from "./http-grammar";
import { fuzzPublication, fuzzSession } from "./mqtt-grammar";

export interface FuzzOptions {
  readonly rig: Rig;
  /** Requests over all bindings together. */
  readonly count: number;
  /** Memory is looked at after each. */
  readonly rounds: number;
  /** How long, in all, the sound client is watched alone: a part of it before each round. */
  readonly idleMs: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (text: string) => void;
}

export interface FuzzFigures {
  readonly sent: Readonly<Record<string, number>>;
  readonly answers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly failures: Readonly<Record<string, number>>;
  /** Of sound requests: between the floods (`idle`), and during each. */
  readonly bystander: BystanderFigures;
  readonly memory: readonly MemoryFigures[];
}

const IDLE = "idle";
const GROWTH_BAR_MB = 20;
const SLOWER_BAR = 10;

/** Grammar-aware fuzz over every binding, while a sound client keeps reading. */
export async function runFuzz(
  options: FuzzOptions,
): Promise<{ readonly figures: FuzzFigures; readonly checks: readonly SoakCheck[] }> {
  const { rig, count, rounds, signal, onProgress } = options;
  const floods = openFloods(options);
  const series = [THING, BROKER].map((name) => ({ name, one: new MemorySeries(name) }));
  const perRound = Math.ceil(count / rounds / floods.length);
  try {
    for (let round = 1; round <= rounds && !signal.aborted; round++) {
      // In turn with the floods, so that the noise of the machine hits both.
      await rig.bystander({ order: "phase", name: IDLE });
      await systemClock.sleep(options.idleMs / rounds, signal);
      for (const flood of floods) {
        await rig.bystander({ order: "phase", name: flood.name });
        await flood.send(perRound);
      }
      await rig.bystander({ order: "phase", name: "garbage collection" });
      for (const { name, one } of series) await rig.sample(one, name);
      onProgress?.(`round ${round} of ${rounds}`);
    }
  } finally {
    for (const flood of floods) await flood[Symbol.asyncDispose]();
  }
  const figures: FuzzFigures = {
    sent: by(floods, ({ sent }) => sent),
    answers: by(floods, ({ answers }) => answers),
    failures: by(floods, ({ failures }) => failures),
    bystander: await rig.bystander({ order: "figures" }),
    memory: series.map(({ one }) => one.figures),
  };
  return { figures, checks: [...checksOf(figures), crashCheck(rig)] };
}

function openFloods({ rig, seed }: FuzzOptions): Flood[] {
  const { forms } = (rig.td as { actions: { getData: { forms: { href: string }[] } } }).actions
    .getData;
  const base = (scheme: string): string => {
    const href = forms.find((form) => form.href.startsWith(`${scheme}:`))?.href ?? "";
    return href.replace("/actions/getData", "");
  };
  const thing = `fogwot${new URL(base("http")).pathname}`;
  const fence = new Fence(`${thing}/properties/mode`);
  return [
    new HttpFlood({
      thing: base("http"),
      seed,
      make: fuzzHttp,
      patienceMs: 100,
      isFailure: (answer) => answer === "500" || answer === "open",
    }),
    new CoapFlood({
      thing: base("coap"),
      seed,
      make: fuzzCoap,
      isFailure: (answer) => answer === "5.00",
    }),
    new MqttFlood({
      brokerUrl: rig.brokerUrl,
      thing,
      seed,
      publish: fuzzPublication,
      breaking: fuzzSession,
      digested: (_, wire) => fence.pass(wire),
    }),
  ];
}

function by<T>(floods: readonly Flood[], value: (flood: Flood) => T): Record<string, T> {
  return Object.fromEntries(floods.map((flood) => [flood.name, value(flood)]));
}

function checksOf({ sent, answers, failures, bystander, memory }: FuzzFigures): SoakCheck[] {
  return [
    ...Object.entries(failures).map(([name, failed]) => ({
      claim: `${name}: no request makes the Servient fail or hang`,
      holds: (sent[name] ?? 0) > 0 && failed === 0,
      found: `${sent[name]} sent, answers ${JSON.stringify(answers[name])}`,
    })),
    ...BINDING_NAMES.flatMap((binding) =>
      Object.keys(sent).flatMap((flood) => bystanderChecks(flood, binding, bystander[binding])),
    ),
    ...memory.map(({ name, samples, resident, live }) => ({
      claim: `${name}: grows by less than ${GROWTH_BAR_MB} MB once it is warm`,
      holds: samples > 0 && resident.growthMb < GROWTH_BAR_MB && live.isBounded,
      found: `resident ${resident.warmMb} → ${resident.endMb} MB, in use ${live.warmMb} → ${live.endMb} MB`,
    })),
  ];
}

function bystanderChecks(
  flood: string,
  binding: BindingName,
  phases: BystanderFigures[BindingName],
): SoakCheck[] {
  const { answered = 0, failed = {}, p99Ms = Number.NaN } = phases[flood] ?? {};
  const idleMs = phases[IDLE]?.p99Ms ?? 0;
  const meanwhile = `${binding}, while ${flood} is flooded`;
  return [
    {
      claim: `${meanwhile}: every sound request is answered`,
      holds: answered > 0 && Object.keys(failed).length === 0,
      found: `${answered} answered, failed ${JSON.stringify(failed)}`,
    },
    {
      claim: `${meanwhile}: p99 of sound requests less than ${SLOWER_BAR} × idle`,
      holds: p99Ms < idleMs * SLOWER_BAR,
      found: `${p99Ms.toFixed(1)} ms, idle ${idleMs.toFixed(1)} ms`,
    },
  ];
}
