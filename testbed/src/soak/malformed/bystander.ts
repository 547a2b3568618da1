import { BINDING_NAMES, FogwotError, InteractionError, systemClock } from "@fogwot/core";
import type { SiteConsumer } from "../site/consumer";

/** Requests of a client that does nothing wrong, while others do their worst. */
export interface BystanderFigures {
  readonly answered: Readonly<Record<string, number>>;
  /** "http: code during datagrams" of each request that failed, with how often. */
  readonly failed: Readonly<Record<string, number>>;
  readonly slowestMs: number;
}

const PAUSE_MS = 20;

/** Asks one device over every binding, again and again, one request a binding at a time. */
export class Bystander {
  /** What the others do meanwhile. */
  phase = "";
  readonly #consumer: SiteConsumer;
  readonly #device: string;
  readonly #answered: Record<string, number> = {};
  readonly #failed: Record<string, number> = {};
  readonly #stopping = new AbortController();
  #slowestMs = 0;
  #running: Promise<unknown> = Promise.resolve();

  constructor(consumer: SiteConsumer, device: string) {
    this.#consumer = consumer;
    this.#device = device;
  }

  start(): void {
    this.#running = Promise.all(BINDING_NAMES.map((binding) => this.#run(binding)));
  }

  async stop(): Promise<BystanderFigures> {
    this.#stopping.abort();
    await this.#running;
    return { answered: this.#answered, failed: this.#failed, slowestMs: this.#slowestMs };
  }

  async #run(binding: (typeof BINDING_NAMES)[number]): Promise<void> {
    const { signal } = this.#stopping;
    this.#answered[binding] = 0;
    while (!signal.aborted) {
      const startMs = performance.now();
      const { phase } = this;
      try {
        await this.#consumer.getData(this.#device, binding);
        this.#answered[binding]++;
      } catch (error) {
        const key = `${binding}: ${codeOf(error)} during ${phase}`;
        this.#failed[key] = (this.#failed[key] ?? 0) + 1;
      }
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - startMs);
      // Rejects when stopped, which the loop's condition sees.
      await systemClock.sleep(PAUSE_MS, signal).catch(() => undefined);
    }
  }
}

/** The Thing's own code where it answered with a problem. */
function codeOf(error: unknown): string {
  if (error instanceof InteractionError) return error.problem?.code ?? error.code;
  return error instanceof FogwotError ? error.code : String(error);
}
