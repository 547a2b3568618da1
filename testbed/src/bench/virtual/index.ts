import { createWorld, loadChannel, runVirtual } from "../../experiments";
import { findShipped } from "../../experiments/shipped";
import { type BenchDefinition, type BenchFigure, figure } from "../bench";

const SLOTS_PER_SECOND_BAR = 300_000;
const POLICIES = ["P0", "P1", "P2", "P3"] as const;
const SLOTS = 3_000;
/** Rounds until the compiler has seen everything. */
const WARM_UP_ROUNDS = 10;

/** Processor and wall time since some time ago, in ms. */
interface Spent {
  readonly processorMs: number;
  readonly wallMs: number;
}

/**
 * Slots per second of virtual time on one core, with the paper's seven devices and M = 3: the world
 * alone, and each policy with a world drawn for it alone.
 */
export const bench: BenchDefinition = {
  title: "slots per second in virtual time, the drawing of the world included",
  async run({ quick }, output, signal) {
    const channel = loadChannel(findShipped("paper", "channels", process.cwd()));
    const rounds = quick ? 10 : 200;
    const world = { processorMs: 0, wallMs: 0 };
    const runs = POLICIES.map((policy) => ({ policy, processorMs: 0, wallMs: 0 }));
    for (let seed = 1; seed <= WARM_UP_ROUNDS + rounds && !signal.aborted; seed++) {
      const isWarm = seed > WARM_UP_ROUNDS;
      const drawn = timed(() => createWorld({ channel, seed, slots: SLOTS }));
      if (isWarm) add(world, drawn.spent);
      for (const run of runs) {
        const { policy } = run;
        const options = { world: drawn.value, policy, m: 3, timeoutMs: 500, seed, run: "bench" };
        const { spent } = timed(() => runVirtual(options));
        if (isWarm) add(run, spent);
      }
      output.progress(`${seed} of ${WARM_UP_ROUNDS + rounds} worlds`);
    }
    output.endProgress();
    const slots = rounds * SLOTS;
    return {
      bench: "virtual",
      figures: [
        figure("world alone", perSecond(slots, world.processorMs), "slots/s"),
        ...runs.map((run) => policyFigure(slots, run, world)),
      ],
      details: { slots, devices: channel.devices.length, m: 3, world, runs, quick },
    };
  },
};

function policyFigure(slots: number, run: Spent & { policy: string }, world: Spent): BenchFigure {
  const value = perSecond(slots, run.processorMs + world.processorMs);
  const alone = Math.round(perSecond(slots, run.processorMs));
  const wall = Math.round(perSecond(slots, run.wallMs + world.wallMs));
  const note = `of processor time; ${wall} of wall time, ${alone} without the world`;
  return figure(`${run.policy} and its world`, value, "slots/s", BAR, note);
}

const BAR = { atLeast: SLOTS_PER_SECOND_BAR };

function perSecond(slots: number, ms: number): number {
  return (slots / ms) * 1_000;
}

function add(sum: { processorMs: number; wallMs: number }, { processorMs, wallMs }: Spent): void {
  sum.processorMs += processorMs;
  sum.wallMs += wallMs;
}

/** Threads of compiler and collector count as well. */
function timed<T>(work: () => T): { readonly value: T; readonly spent: Spent } {
  const before = process.cpuUsage();
  const startMs = performance.now();
  const value = work();
  const { user, system } = process.cpuUsage(before);
  return {
    value,
    spent: { processorMs: (user + system) / 1e3, wallMs: performance.now() - startMs },
  };
}
