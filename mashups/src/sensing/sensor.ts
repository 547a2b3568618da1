import { type BindingName, type Clock, FogwotError, pinBinding } from "@fogwot/core";
import type * as WoT from "wot-typescript-definitions";
import type { ReadingRow } from "../store";
import type { SlotOutcome } from "./slot";

/** A Device Thing that the mash-up may ask. */
export interface SensedThing {
  readonly id: string;
  readonly wsn: string;
  readonly td: WoT.ThingDescription;
}

export interface SensorContext {
  readonly wot: Pick<typeof WoT, "consume">;
  readonly clock: Clock;
  /** Real time per unscaled time. */
  readonly timeScale: number;
}

/** A getData that ended: what it was worth to the policy, and what it measured. */
export interface Sample {
  readonly outcome: SlotOutcome;
  readonly readings: readonly ReadingRow[];
}

/** Output of the getData action of a Device Thing. */
interface GetDataOutput {
  readonly values: Readonly<Record<string, number>>;
  readonly timestamp: string;
  readonly deviceRttMs: number;
}

const TIMED_OUT = Symbol("timed out");

/** Asks one Thing through the Scripting API, over one binding. Knows nothing of any radio. */
export class Sensor {
  readonly thing: SensedThing;
  readonly #context: SensorContext;
  #consumed: { binding: BindingName; thing: Promise<WoT.ConsumedThing> } | undefined;

  constructor(thing: SensedThing, context: SensorContext) {
    this.thing = thing;
    this.#context = context;
  }

  /**
   * Opens the way to the Thing without radio traffic, by reading a property: the first getData
   * then measures the link and not the client's start.
   */
  async prepare(binding: BindingName): Promise<void> {
    const thing = await this.#consume(binding);
    const status = await thing.readProperty("status");
    await status.value();
  }

  /** Resolves within `timeoutMs` (unscaled), whatever happens: an error is an outcome. */
  async getData(binding: BindingName, timeoutMs: number): Promise<Sample> {
    const { clock, timeScale } = this.#context;
    const realTimeoutMs = timeoutMs * timeScale;
    let cancel = (): void => undefined;
    const timeout = new Promise<typeof TIMED_OUT>((resolve) => {
      cancel = clock.schedule(realTimeoutMs, () => resolve(TIMED_OUT));
    });
    try {
      // Consuming a description is local work, done once: no part of a round trip.
      const thing = await this.#consume(binding);
      const startedMs = clock.monotonicMs();
      const output = await Promise.race([invoke(thing, realTimeoutMs), timeout]);
      const rttMs = (clock.monotonicMs() - startedMs) / timeScale;
      // The reply and the timer may be due in one turn: a late reply is a loss.
      if (output === TIMED_OUT || rttMs > timeoutMs) return loss("TIMEOUT");
      return this.#sample(output, rttMs);
    } catch (error) {
      return loss(error instanceof FogwotError ? problemCode(error) : "INTERNAL");
    } finally {
      cancel();
    }
  }

  #consume(binding: BindingName): Promise<WoT.ConsumedThing> {
    if (this.#consumed?.binding !== binding) {
      const thing = this.#context.wot.consume(pinBinding(this.thing.td, binding));
      this.#consumed = { binding, thing };
      // A description that cannot be consumed fails every request anew, and each says so.
      thing.catch(() => {
        this.#consumed = undefined;
      });
    }
    return (this.#consumed as { thing: Promise<WoT.ConsumedThing> }).thing;
  }

  #sample(output: GetDataOutput, rttMs: number): Sample {
    const deviceRttMs = output.deviceRttMs / this.#context.timeScale;
    const timestampMs = Date.parse(output.timestamp);
    return {
      outcome: { ok: true, rttMs, deviceRttMs, error: null },
      readings: Object.entries(output.values).map(([quantity, value]) => ({
        timestampMs,
        device: this.thing.id,
        quantity,
        value,
      })),
    };
  }
}

async function invoke(thing: WoT.ConsumedThing, timeoutMs: number): Promise<GetDataOutput> {
  const output = await thing.invokeAction("getData", { timeoutMs: Math.ceil(timeoutMs) });
  return (await output?.value()) as unknown as GetDataOutput;
}

function loss(error: string): Sample {
  return { outcome: { ok: false, rttMs: null, deviceRttMs: null, error }, readings: [] };
}

/** The Thing's own code where it sent one: DEVICE_TIMEOUT says more than INTERACTION. */
function problemCode(error: FogwotError): string {
  const { problem } = error as { problem?: { code?: string } };
  return problem?.code ?? error.code;
}
