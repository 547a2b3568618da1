import {
  BINDING_NAMES,
  type BindingName,
  FogwotError,
  pinBinding,
  startServient,
  systemClock,
} from "@fogwot/core";
import { distribution } from "../../measure/statistics";
import { serve } from "../../programs/serve";

export interface BystanderConfig {
  readonly td: object;
}

/** What goes on from now on, or what the requests of each such phase met with. */
export type BystanderOrder =
  | { readonly order: "phase"; readonly name: string }
  | { readonly order: "figures" };

/** What the sound requests over one binding met with in one phase. */
export interface BindingFigures {
  readonly answered: number;
  /** By the code of their error. */
  readonly failed: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** By binding, and by phase there. */
export type BystanderFigures = Readonly<
  Record<BindingName, Readonly<Record<string, BindingFigures>>>
>;

const PAUSE_MS = 5;

/** A client that does nothing wrong: reads a property over every binding, again and again. */
serve<BystanderConfig, null>("soak-bystander", async ({ td }) => {
  const servient = await startServient({ name: "soak-bystander" });
  const lanes = await Promise.all(
    BINDING_NAMES.map(async (binding) => {
      const thing = await servient.wot.consume(pinBinding(td as never, binding));
      return new Lane(binding, async () => (await thing.readProperty("level")).value());
    }),
  );
  const stopping = new AbortController();
  const running = Promise.all(lanes.map((lane) => lane.run(stopping.signal)));
  return {
    report: null,
    stop: async () => {
      stopping.abort();
      await running;
      await servient.stop();
    },
    onMessage: async (message) => {
      const order = message as BystanderOrder;
      if (order.order === "phase") for (const lane of lanes) lane.phase = order.name;
      return Object.fromEntries(lanes.map((lane) => [lane.binding, lane.figures]));
    },
  };
});

interface Phase {
  readonly latenciesMs: number[];
  readonly failed: Record<string, number>;
}

class Lane {
  phase = "start";
  readonly binding: BindingName;
  readonly #read: () => Promise<unknown>;
  readonly #phases = new Map<string, Phase>();

  constructor(binding: BindingName, read: () => Promise<unknown>) {
    this.binding = binding;
    this.#read = read;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { latenciesMs, failed } = this.#now();
      const startMs = performance.now();
      try {
        await this.#read();
        latenciesMs.push(performance.now() - startMs);
      } catch (error) {
        const code = error instanceof FogwotError ? error.code : String(error);
        failed[code] = (failed[code] ?? 0) + 1;
      }
      // Rejects when stopped, which the loop's condition sees.
      await systemClock.sleep(PAUSE_MS, signal).catch(() => undefined);
    }
  }

  get figures(): Record<string, BindingFigures> {
    return Object.fromEntries(
      [...this.#phases].map(([name, { latenciesMs, failed }]) => {
        const all = distribution(latenciesMs);
        const answered = latenciesMs.length;
        return [name, { answered, failed, p50Ms: all?.p50 ?? 0, p99Ms: all?.p99 ?? 0 }];
      }),
    );
  }

  #now(): Phase {
    const known = this.#phases.get(this.phase);
    if (known) return known;
    const phase = { latenciesMs: [], failed: {} };
    this.#phases.set(this.phase, phase);
    return phase;
  }
}
