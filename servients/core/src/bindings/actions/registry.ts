import type { DataSchemaValue } from "wot-typescript-definitions";
import {
  type FogwotError,
  NotFoundError,
  OverloadedError,
  type ProblemDetails,
  toFogwotError,
  WaitTimeoutError,
} from "../../errors";
import { ActionCancelledError, ActionEndedError } from "./errors";
import { hasEnded, type Invocation, type OpenInvocation, openInvocation } from "./invocation";
import { ACTION_DEFAULTS, type ActionSettings } from "./settings";

/** What a handler gave, and the bytes it takes to keep. */
export interface ActionOutput {
  readonly value: DataSchemaValue | undefined;
  readonly bytes: number;
}

/** @param signal aborted when the invocation is cancelled, runs too long, or the Thing goes */
export type ActionRun = (signal: AbortSignal) => Promise<ActionOutput>;

/**
 * The asynchronous actions of one Thing, whichever binding they came over: those that wait, those
 * that run, and for a while those that have ended. Knows no protocol.
 */
export class ActionRegistry {
  readonly #settings: ActionSettings;
  /** In the order of their requests. */
  readonly #invocations = new Map<string, OpenInvocation>();
  readonly #waiting: { readonly invocation: OpenInvocation; readonly run: ActionRun }[] = [];
  readonly #timers = new Set<() => void>();
  /** Handlers that have not settled: a cancelled one holds its place until it has. */
  #running = 0;
  #users = 0;

  constructor(settings: Partial<ActionSettings> = {}) {
    this.#settings = { ...ACTION_DEFAULTS, ...settings };
  }

  /**
   * A binding begins to serve the Thing. The result ends that and is idempotent; the last one
   * aborts whatever still runs, because nobody could query it any more.
   */
  retain(): () => void {
    this.#users++;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      if (--this.#users === 0) this.#abandonAll();
    };
  }

  /**
   * Takes an invocation whose input has been checked; its handler begins after this returns.
   * @throws OverloadedError when too many wait already
   */
  start(action: string, run: ActionRun): Invocation {
    const { maxRunning, maxPending, clock } = this.#settings;
    if (this.#running + this.#waiting.length >= maxRunning + maxPending) {
      throw new OverloadedError(`${maxPending} actions are waiting for their turn already`, {
        details: { maxRunning, maxPending },
      });
    }
    this.#sweep();
    const invocation = openInvocation(action, clock.now());
    this.#invocations.set(invocation.id, invocation);
    this.#waiting.push({ invocation, run });
    // The status a caller is told first is the one that holds while it is told.
    queueMicrotask(() => this.#startWaiting());
    return invocation;
  }

  /** @throws NotFoundError when there is none, or it ended too long ago */
  find(action: string, id: string): Invocation {
    this.#sweep();
    const found = this.#invocations.get(id);
    if (found?.action === action) return found;
    throw new NotFoundError(`invocation ${id} of ${action}`);
  }

  /**
   * Ends an invocation as failed and aborts its handler's signal. Idempotent.
   * @throws NotFoundError; ActionEndedError when it completed or failed by itself
   */
  cancel(action: string, id: string): void {
    const invocation = this.find(action, id) as OpenInvocation;
    const { state, error } = invocation;
    if (error?.code === CANCELLED) return;
    if (state === "completed" || state === "failed") throw new ActionEndedError(action, state);
    this.#abort(invocation, new ActionCancelledError(action));
  }

  /** Every invocation known, by action, newest first. */
  all(): Map<string, Invocation[]> {
    this.#sweep();
    const byAction = new Map<string, Invocation[]>();
    for (const invocation of [...this.#invocations.values()].reverse()) {
      const others = byAction.get(invocation.action);
      if (others) others.push(invocation);
      else byAction.set(invocation.action, [invocation]);
    }
    return byAction;
  }

  #startWaiting(): void {
    while (this.#running < this.#settings.maxRunning) {
      const next = this.#waiting.shift();
      if (!next) return;
      if (!hasEnded(next.invocation)) this.#run(next.invocation, next.run);
    }
  }

  #run(invocation: OpenInvocation, run: ActionRun): void {
    const { maxRunMs, clock } = this.#settings;
    this.#running++;
    invocation.state = "running";
    let settled = false;
    const free = (): void => {
      if (settled) return;
      settled = true;
      cancelTimer();
      this.#timers.delete(cancelTimer);
      this.#running--;
      this.#startWaiting();
    };
    const cancelTimer = clock.schedule(maxRunMs, () => {
      this.#abort(invocation, new WaitTimeoutError(`the end of ${invocation.action}`, maxRunMs));
      // A handler that ignores its signal must not hold a place for ever.
      free();
    });
    this.#timers.add(cancelTimer);
    begin(run, invocation.controller.signal).then(
      (output) => {
        this.#complete(invocation, output);
        free();
      },
      (thrown: unknown) => {
        this.#fail(invocation, toFogwotError(thrown));
        free();
      },
    );
  }

  #complete(invocation: OpenInvocation, { value, bytes }: ActionOutput): void {
    if (hasEnded(invocation)) return;
    invocation.state = "completed";
    invocation.output = value;
    invocation.outputBytes = bytes;
    invocation.endedMs = this.#settings.clock.now();
    this.#sweep();
  }

  #fail(invocation: OpenInvocation, error: FogwotError): void {
    if (hasEnded(invocation)) return;
    invocation.state = "failed";
    invocation.error = storable(error);
    invocation.endedMs = this.#settings.clock.now();
    this.#sweep();
  }

  #abort(invocation: OpenInvocation, reason: FogwotError): void {
    this.#fail(invocation, reason);
    const place = this.#waiting.findIndex((entry) => entry.invocation === invocation);
    if (place >= 0) this.#waiting.splice(place, 1);
    invocation.controller.abort(reason);
  }

  #abandonAll(): void {
    for (const invocation of this.#invocations.values()) {
      if (!hasEnded(invocation))
        this.#abort(invocation, new ActionCancelledError(invocation.action));
    }
    for (const cancelTimer of this.#timers) cancelTimer();
    this.#timers.clear();
    this.#invocations.clear();
  }

  /** Forgets what ended too long ago, and the oldest of what is too much to keep. */
  #sweep(): void {
    const { clock, historyMs, maxHistory, maxHistoryBytes } = this.#settings;
    const expiredMs = clock.now() - historyMs;
    let kept = 0;
    let bytes = 0;
    for (const invocation of [...this.#invocations.values()].reverse()) {
      if (invocation.endedMs === undefined) continue;
      kept++;
      bytes += invocation.outputBytes;
      if (kept > maxHistory || bytes > maxHistoryBytes || invocation.endedMs <= expiredMs) {
        this.#invocations.delete(invocation.id);
      }
    }
  }
}

const CANCELLED = "ACTION_CANCELLED";

/** Details without a JSON form would make every later answer about this action fail. */
function storable(error: FogwotError): ProblemDetails {
  const problem = error.toProblem();
  try {
    return JSON.parse(JSON.stringify(problem)) as ProblemDetails;
  } catch {
    const { details, ...rest } = problem;
    return rest;
  }
}

/** A handler that throws before its first await fails like any other. */
async function begin(run: ActionRun, signal: AbortSignal): Promise<ActionOutput> {
  return run(signal);
}
