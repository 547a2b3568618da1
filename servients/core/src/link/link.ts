import type { Rng } from "../random";
import type { Clock } from "../time";
import { type GilbertElliott, type LinkSettings, PERFECT_LINK } from "./settings";

export interface LinkOptions {
  /** What is not named behaves perfectly. */
  readonly settings: Partial<LinkSettings>;
  readonly rng: Rng;
  readonly clock: Clock;
  /** The burst model advances once per this of unscaled time. @default 1000 ms */
  readonly intervalMs?: number;
  /** Real time per modelled time: 0.1 runs ten times as fast. @default 1 */
  readonly timeScale?: number;
}

/** What a link did to one request–reply exchange. */
export interface Exchange {
  readonly lost: boolean;
  /** Of the whole round trip, scaled: what the caller waits. */
  readonly delayMs: number;
}

export interface LinkCounters {
  readonly sent: number;
  readonly lost: number;
}

/**
 * A seeded message path with delay, jitter, burst loss, packet filter and cut.
 *
 * The burst state advances with channel time, not with requests, so that a device that nobody asks
 * has the same weather as one asked in every slot. Every exchange draws the same three numbers
 * whatever the settings are: changing one setting leaves the rest of the world as it was.
 */
export class Link {
  readonly #rng: Rng;
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #timeScale: number;
  readonly #profile: LinkSettings;
  readonly #cancels = new Set<() => void>();
  #settings: LinkSettings;
  #isBad: boolean | undefined;
  #advancedAtMs: number;
  #sent = 0;
  #lost = 0;

  constructor(options: LinkOptions) {
    this.#rng = options.rng;
    this.#clock = options.clock;
    this.#timeScale = options.timeScale ?? 1;
    this.#intervalMs = (options.intervalMs ?? 1_000) * this.#timeScale;
    this.#profile = { ...PERFECT_LINK, ...options.settings };
    this.#settings = this.#profile;
    this.#advancedAtMs = options.clock.monotonicMs();
  }

  get settings(): LinkSettings {
    return this.#settings;
  }

  get counters(): LinkCounters {
    return { sent: this.#sent, lost: this.#lost };
  }

  /** Changes what is named; a message under way keeps the delay it has drawn. */
  set(changes: Partial<LinkSettings>): void {
    this.#settings = { ...this.#settings, ...changes };
  }

  cut(): void {
    this.set({ cut: true });
  }

  restore(): void {
    this.set({ cut: false });
  }

  /** Back to the settings the link was made with. */
  reset(): void {
    this.#settings = this.#profile;
  }

  /** Draws loss and whole round-trip delay of one query and its reply. */
  exchange(): Exchange {
    const { baseMs, jitter, filterLoss, extraDelayMs, extraLoss, cut } = this.#settings;
    const isBurstLost = this.#rng.chance(this.#burstLoss());
    const isFiltered = this.#rng.chance(1 - (1 - filterLoss) * (1 - extraLoss));
    const noise = this.#rng.normal();
    const jitterMs = jitter ? jitter.medianMs * Math.exp(jitter.sigma * noise) : 0;
    const lost = cut || isBurstLost || isFiltered;
    this.#sent++;
    if (lost) this.#lost++;
    return { lost, delayMs: (baseMs + jitterMs + extraDelayMs) * this.#timeScale };
  }

  /** One message one way, half a round trip later. @returns whether it will be delivered */
  send<T>(message: T, deliver: (message: T) => void): boolean {
    const { lost, delayMs } = this.exchange();
    if (!lost) this.later(delayMs / 2, () => deliver(message));
    return !lost;
  }

  /** Runs `work` after `delayMs` of real time, unless the link is stopped before. */
  later(delayMs: number, work: () => void): void {
    const cancel = this.#clock.schedule(delayMs, () => {
      this.#cancels.delete(cancel);
      work();
    });
    this.#cancels.add(cancel);
  }

  /** Drops what is under way. */
  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  #burstLoss(): number {
    const model = this.#settings.gilbertElliott;
    if (!model) return 0;
    this.#isBad ??= this.#rng.chance(stationaryBad(model));
    const nowMs = this.#clock.monotonicMs();
    const steps = Math.floor((nowMs - this.#advancedAtMs) / this.#intervalMs);
    this.#advancedAtMs += steps * this.#intervalMs;
    if (steps > 0) this.#isBad = this.#rng.chance(badAfter(steps, this.#isBad, model));
    return this.#isBad ? model.lossBad : model.lossGood;
  }
}

/** Share of time in the bad state. */
export function stationaryBad({ pGoodToBad, pBadToGood }: GilbertElliott): number {
  const sum = pGoodToBad + pBadToGood;
  return sum === 0 ? 0 : pGoodToBad / sum;
}

/** Probability of the bad state `steps` steps on: the two-state chain's closed form. */
function badAfter(steps: number, isBad: boolean, model: GilbertElliott): number {
  const stationary = stationaryBad(model);
  const memory = (1 - model.pGoodToBad - model.pBadToGood) ** steps;
  return stationary + ((isBad ? 1 : 0) - stationary) * memory;
}
