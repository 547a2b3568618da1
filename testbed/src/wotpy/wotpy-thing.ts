import { randomUUID } from "node:crypto";
import type { Clock, Rng } from "@fogwot/core";
import { instantiate } from "@fogwot/thing-descriptions";
import type { ScriptingApi } from "../things/wot-types";
import { type BurstRequest, runBurst } from "./burst";
import type { ExposedThing, ThingIdentity } from "./exposed-thing";

export interface WotpyContext {
  readonly clock: Clock;
  readonly rng: Rng;
  /** Milliseconds since 1970, finer than whole ones: over loopback those are as long as a round trip. */
  readonly preciseNow: () => number;
  /** Ends the bursts under way. */
  readonly signal: AbortSignal;
}

interface RoundTripInput {
  readonly timeRequest?: number;
  readonly mu?: number;
  readonly sigma?: number;
}

/**
 * The benchmark Thing of the WOTPY study, produced and exposed.
 *
 * @see A. García Mangas, F. J. Suárez Alonso: WOTPY, Computer Communications 147 (2019)
 */
export async function exposeWotpyThing(
  wot: ScriptingApi,
  identity: ThingIdentity,
  { clock, rng, preciseNow, signal }: WotpyContext,
): Promise<ExposedThing> {
  const thing = await wot.produce(instantiate("wotpy-benchmark", identity));
  thing.setPropertyReadHandler("currentTime", async () => preciseNow());
  thing.setActionHandler("measureRoundTrip", async (input) => {
    const timeArrival = preciseNow();
    const asked = ((await input?.value()) ?? {}) as RoundTripInput;
    const { mu = 0, sigma = 1 } = asked;
    const waitMs = Math.abs(mu + sigma * rng.normal()) * 1_000;
    if (waitMs > 0) await clock.sleep(waitMs);
    return { ...asked, mu, sigma, timeArrival, timeReturn: preciseNow() };
  });
  thing.setActionHandler("startEventBurst", async (input) => {
    const asked = ((await input?.value()) ?? {}) as Partial<BurstRequest>;
    const request = { id: asked.id ?? randomUUID(), lambd: 5, total: 10, ...asked };
    const emit = (event: object): void => thing.emitEvent("burstEvent", { ...event });
    await runBurst(request, { clock, rng, preciseNow, signal, emit });
    return undefined;
  });
  await thing.expose();
  return thing;
}
