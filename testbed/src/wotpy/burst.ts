import type { Clock, Rng } from "@fogwot/core";

/** What `startEventBurst` is told. */
export interface BurstRequest {
  readonly id: string;
  /** Events per second. */
  readonly lambd: number;
  readonly total: number;
}

/** One `burstEvent`. */
export interface BurstEvent {
  readonly id: string;
  readonly index: number;
  /** Milliseconds since 1970, by the Thing's clock. */
  readonly timeStart: number;
  readonly timeEmission: number;
  readonly burstEnd: boolean;
}

export interface BurstContext {
  readonly clock: Clock;
  readonly rng: Rng;
  /** Milliseconds since 1970, finer than `clock.now()`. */
  readonly preciseNow: () => number;
  readonly signal: AbortSignal;
  readonly emit: (event: BurstEvent) => void;
}

/**
 * Emits the events of a burst with exponentially distributed gaps; resolves after the last, or when
 * the signal ends it. An event that a timer could only bring late does not push later ones back.
 */
export async function runBurst(request: BurstRequest, context: BurstContext): Promise<void> {
  const { id, lambd, total } = request;
  const { clock, rng, preciseNow, signal, emit } = context;
  const timeStart = preciseNow();
  let dueMs = clock.monotonicMs();
  for (let index = 0; index < total; index++) {
    dueMs += (-Math.log(1 - rng.next()) / lambd) * 1_000;
    const waitMs = dueMs - clock.monotonicMs();
    // Also without a wait: who listens must get a turn.
    await clock.sleep(Math.max(0, waitMs));
    if (signal.aborted) return;
    emit({ id, index, timeStart, timeEmission: preciseNow(), burstEnd: index === total - 1 });
  }
}
