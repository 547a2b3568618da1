import { type FogwotError, toFogwotError } from "../../../errors";
import type { Frame } from "../message";
import { type ObservationOptions, ObservedResource } from "./observed-resource";

/** One of those who observe a resource. */
export interface ObservationListener {
  /** It hears of events: what was told before it came is none of them. */
  readonly startsEmpty: boolean;
  readonly onNotification: (message: Frame) => void;
  /** The observation has trouble; it goes on unless `hasEnded`. */
  readonly onError: (error: FogwotError, hasEnded: boolean) => void;
}

/** A listener's part in an observation. */
export interface ObservationShare {
  /** @throws what refuses the registration */
  start(timeoutMs?: number): Promise<void>;
  /** Nothing is delivered from now on; the last one to stop deregisters. Never rejects. */
  stop(): Promise<void>;
  /** As `stop`, without waiting. */
  abandon(): void;
}

type SharedOptions = Omit<ObservationOptions, "startsEmpty" | "onNotification" | "onError">;

/**
 * Every observation of one factory's clients: one registration for each resource and way to ask for
 * it, however many listen. Servers such as libcoap keep one per client address and resource, and drop
 * the first without a word when a second comes.
 */
export class SharedObservations {
  readonly #observations = new Map<string, SharedObservation>();

  get size(): number {
    return this.#observations.size;
  }

  /** @param key of the resource, the way to ask for it, and who asks */
  join(key: string, options: SharedOptions, listener: ObservationListener): ObservationShare {
    const known = this.#observations.get(key);
    const shared: SharedObservation =
      known ??
      new SharedObservation(options, () => {
        if (this.#observations.get(key) === shared) this.#observations.delete(key);
      });
    this.#observations.set(key, shared);
    return shared.join(listener);
  }

  /** Ends them all at once. */
  abandonAll(): void {
    for (const shared of [...this.#observations.values()]) shared.abandon();
    this.#observations.clear();
  }
}

class SharedObservation {
  readonly #listeners = new Set<ObservationListener>();
  readonly #observed: ObservedResource;
  readonly #onOver: () => void;
  #opening: Promise<void> | undefined;
  #latest: Frame | undefined;

  constructor(options: SharedOptions, onOver: () => void) {
    this.#onOver = onOver;
    const listeners = this.#listeners;
    this.#observed = new ObservedResource({
      ...options,
      get startsEmpty() {
        return [...listeners].every((listener) => listener.startsEmpty);
      },
      onNotification: (message) => this.#tellAll(message),
      onError: (error, hasEnded) => this.#failed(error, hasEnded),
    });
  }

  join(listener: ObservationListener): ObservationShare {
    this.#listeners.add(listener);
    return {
      start: async (timeoutMs) => {
        // Who joins later hears the state as it is, before any change of it.
        if (this.#latest && !listener.startsEmpty) this.#tell(listener, this.#latest);
        this.#opening ??= this.#observed.start(timeoutMs);
        try {
          await this.#opening;
        } catch (error) {
          this.#leave(listener);
          throw error;
        }
      },
      stop: async () => {
        if (this.#leave(listener)) await this.#observed.stop();
      },
      abandon: () => {
        if (this.#leave(listener)) this.#observed.abandon();
      },
    };
  }

  abandon(): void {
    this.#listeners.clear();
    this.#observed.abandon();
  }

  /** @returns whether it was the last one */
  #leave(listener: ObservationListener): boolean {
    const isLast = this.#listeners.delete(listener) && this.#listeners.size === 0;
    if (isLast) this.#onOver();
    return isLast;
  }

  #tellAll(message: Frame): void {
    this.#latest = message;
    for (const listener of [...this.#listeners]) this.#tell(listener, message);
  }

  /** One listener's fault must not reach the others. */
  #tell(listener: ObservationListener, message: Frame): void {
    if (!this.#listeners.has(listener)) return;
    try {
      listener.onNotification(message);
    } catch (thrown) {
      listener.onError(toFogwotError(thrown), false);
    }
  }

  #failed(error: FogwotError, hasEnded: boolean): void {
    const listeners = [...this.#listeners];
    if (hasEnded) {
      this.#listeners.clear();
      this.#onOver();
    }
    for (const listener of listeners) listener.onError(error, hasEnded);
  }
}
