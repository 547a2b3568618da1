import { type FogwotError, InteractionError, toFogwotError } from "../../../errors";
import type { Rng } from "../../../random";
import { codeClass, decodeUint, type Frame, findOption, OptionNumber } from "../message";
import { Freshness } from "./freshness";
import { PolledResource } from "./polled-resource";
import { Registration } from "./registration";
import { responseError } from "./response-error";
import type { FormRequest } from "./target";
import { hasMore, Transfer, type TransferContext } from "./transfer";

/** Of all observations of a client. */
export interface NotificationCounters {
  notifications: number;
  /** Skipped by the server, as the gaps in its numbers tell. */
  missed: number;
}

export interface ObservationOptions {
  readonly request: FormRequest;
  readonly context: TransferContext;
  readonly rng: Rng;
  /** Wait between two readings of a server that does not notify. */
  readonly pollingIntervalMs: number;
  /** There is no state: an empty first response only confirms the registration. */
  readonly startsEmpty: boolean;
  readonly counters: NotificationCounters;
  readonly onNotification: (message: Frame) => void;
  /** The observation has trouble; it goes on unless `hasEnded`. */
  readonly onError: (error: FogwotError, hasEnded: boolean) => void;
}

const DEFAULT_MAX_AGE_S = 60;
/** A client waits 5 to 15 s beyond Max-Age before it registers anew (RFC 7641, section 3.3.1). */
const GRACE_MS = { least: 5_000, spread: 10_000 };
const BACKOFF_MS = { first: 1_000, most: 60_000 };

/**
 * One observed resource on the client's side (RFC 7641, section 3): renews the registration when
 * the server falls silent or restarts, drops what is not fresh, keeps the order, and reads in
 * intervals where the server does not notify.
 */
export class ObservedResource {
  readonly #options: ObservationOptions;
  readonly #registration: Registration;
  #freshness = new Freshness();
  #state: "opening" | "registered" | "lost" | "polling" | "ended" = "opening";
  #polling: PolledResource | undefined;
  #cancelRenewal: () => void = () => undefined;
  #failures = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(options: ObservationOptions) {
    this.#options = options;
    this.#registration = new Registration({
      request: options.request,
      context: options.context,
      onNotification: (message) => this.#onNotification(message),
      onFailure: (error) => this.#onFailure(error),
    });
  }

  /**
   * @param timeoutMs longest wait for the server's consent, instead of the usual one
   * @throws InteractionError when the server refuses, InteractionTimeoutError, UnreachableError
   */
  async start(timeoutMs?: number): Promise<void> {
    try {
      await this.#register(timeoutMs);
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** Deregisters; nothing is delivered from now on. Never rejects. */
  async stop(): Promise<void> {
    const wasRegistered = this.#state === "registered";
    this.#end();
    if (wasRegistered) await this.#registration.close();
    this.#registration.forget();
  }

  /** Ends without waiting; the server learns it by one datagram, if that arrives. */
  abandon(): void {
    if (this.#state === "registered") this.#registration.abandon();
    this.#end();
    this.#registration.forget();
  }

  async #register(timeoutMs?: number): Promise<void> {
    const { startsEmpty } = this.#options;
    const first = await this.#open(timeoutMs);
    if (this.#hasEnded()) {
      await this.#registration.close();
      return;
    }
    this.#failures = 0;
    // A server that has restarted counts from the beginning.
    if (this.#state === "lost") this.#freshness = new Freshness();
    this.#state = "registered";
    const sequence = this.#sequenceOf(first);
    if (sequence === undefined) this.#poll(first);
    else {
      this.#renewAfter(first);
      const isConfirmationOnly = startsEmpty && first.payload.length === 0;
      if (this.#isFresh(sequence) && !isConfirmationOnly) this.#deliver(first);
    }
  }

  async #open(timeoutMs: number | undefined): Promise<Frame> {
    try {
      const first = await this.#registration.open(timeoutMs);
      const error = responseError(this.#options.request.href, first);
      if (error) throw error;
      return first;
    } catch (error) {
      this.#registration.forget();
      throw error;
    }
  }

  #hasEnded(): boolean {
    return this.#state === "ended";
  }

  #onNotification(message: Frame): void {
    if (this.#state !== "registered") return;
    const error = responseError(this.#options.request.href, message);
    if (error) {
      this.#onFailure(error);
      return;
    }
    const sequence = this.#sequenceOf(message);
    // The server answers but has dropped us from its list (section 3.2).
    if (sequence === undefined) this.#poll(message);
    else {
      this.#renewAfter(message);
      if (this.#isFresh(sequence)) this.#deliver(message);
    }
  }

  #onFailure(error: FogwotError): void {
    if (this.#state !== "registered") return;
    this.#registration.forget();
    // The resource is gone, or not ours to see: registering again would not bring it back.
    const hasEnded = error instanceof InteractionError && error.status < 500;
    if (hasEnded) this.#end();
    else this.#retry();
    this.#options.onError(error, hasEnded);
  }

  /** Fetches what a large notification lacks, and hands it on in its turn. */
  #deliver(message: Frame): void {
    const { request, context, counters, onNotification, onError } = this.#options;
    this.#tail = this.#tail.then(async () => {
      try {
        const whole = hasMore(message)
          ? await new Transfer(request, context).complete(message)
          : message;
        if (this.#hasEnded() || codeClass(whole.code) !== 2) return;
        counters.notifications++;
        onNotification(whole);
      } catch (error) {
        if (!this.#hasEnded()) onError(toFogwotError(error), false);
      }
    });
  }

  #retry(): void {
    this.#state = "lost";
    const delayMs = Math.min(BACKOFF_MS.first * 2 ** this.#failures, BACKOFF_MS.most);
    this.#failures++;
    this.#schedule(delayMs);
  }

  #renewAfter(message: Frame): void {
    const maxAge = findOption(message.options, OptionNumber.maxAge);
    const maxAgeS = maxAge ? decodeUint(maxAge.value) : DEFAULT_MAX_AGE_S;
    const graceMs = GRACE_MS.least + GRACE_MS.spread * this.#options.rng.next();
    this.#schedule(maxAgeS * 1_000 + graceMs);
  }

  #schedule(delayMs: number): void {
    this.#cancelRenewal();
    this.#cancelRenewal = this.#options.context.clock.schedule(delayMs, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    try {
      await this.#register();
    } catch (thrown) {
      if (this.#hasEnded()) return;
      const error = toFogwotError(thrown);
      const isStillLost = this.#state === "lost" && !(error instanceof InteractionError);
      this.#state = "registered";
      // An outage is reported once, not at every attempt.
      if (isStillLost) this.#retry();
      else this.#onFailure(error);
    }
  }

  #poll(first: Frame): void {
    const { request, context, pollingIntervalMs, onNotification, onError } = this.#options;
    this.#cancelRenewal();
    this.#registration.forget();
    this.#state = "polling";
    this.#polling = new PolledResource({
      request,
      context,
      intervalMs: pollingIntervalMs,
      onChange: onNotification,
      onError: (error) => onError(error, false),
    });
    this.#polling.start(first);
  }

  #isFresh(sequence: number): boolean {
    const { counters, context } = this.#options;
    const before = this.#freshness.missed;
    const isNewer = this.#freshness.take(sequence, context.clock.monotonicMs());
    counters.missed += this.#freshness.missed - before;
    // The number means nothing where nothing can be overtaken (RFC 8323, section 7.1).
    return isNewer || this.#registration.isOrdered;
  }

  #sequenceOf(message: Frame): number | undefined {
    const option = findOption(message.options, OptionNumber.observe);
    return option && decodeUint(option.value);
  }

  #end(): void {
    this.#state = "ended";
    this.#cancelRenewal();
    this.#polling?.stop();
  }
}
