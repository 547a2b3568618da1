import { type FogwotError, InteractionError, toFogwotError } from "../../../errors";
import { decodeUint, type Frame, findOption, NO_BYTES, OptionNumber } from "../message";
import { responseError } from "./response-error";
import type { FormRequest } from "./target";
import { Transfer, type TransferContext } from "./transfer";

export interface PollingOptions {
  readonly request: FormRequest;
  readonly context: TransferContext;
  readonly intervalMs: number;
  readonly onChange: (message: Frame) => void;
  readonly onError: (error: FogwotError) => void;
}

const TOO_MANY_REQUESTS = 429;

/**
 * Reads a resource in intervals and hands on what has changed: what a consumer falls back to when
 * a server does not take observers (WoT CoAP binding, operation observeproperty).
 */
export class PolledResource {
  readonly #options: PollingOptions;
  #last: Buffer | undefined;
  #intervalMs: number;
  #isRunning = false;
  #cancel: () => void = () => undefined;

  constructor(options: PollingOptions) {
    this.#options = options;
    this.#intervalMs = options.intervalMs;
  }

  /** @param first the response that told that the server does not notify */
  start(first: Frame): void {
    this.#isRunning = true;
    void this.#take(async () => new Transfer(this.#request, this.#options.context).complete(first));
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancel();
  }

  get #request(): FormRequest {
    return this.#options.request;
  }

  #wait(): void {
    if (!this.#isRunning) return;
    this.#cancel = this.#options.context.clock.schedule(this.#intervalMs, () => {
      const transfer = new Transfer(this.#request, this.#options.context);
      void this.#take(() => transfer.run({ payload: NO_BYTES, options: [] }));
    });
  }

  async #take(read: () => Promise<Frame>): Promise<void> {
    const { onChange, onError } = this.#options;
    try {
      const message = await read();
      const error = responseError(this.#request.href, message);
      if (error) {
        if (error.status === TOO_MANY_REQUESTS) this.#slowDown(message);
        throw error;
      }
      const hasChanged = !this.#last?.equals(message.payload);
      this.#last = message.payload;
      if (hasChanged && this.#isRunning) onChange(message);
    } catch (thrown) {
      const error = toFogwotError(thrown);
      const isTooOften = error instanceof InteractionError && error.status === TOO_MANY_REQUESTS;
      if (!isTooOften && this.#isRunning) onError(error);
    }
    this.#wait();
  }

  /** Less often from now on, and not before the server says (RFC 8516, section 3). */
  #slowDown(refusal: Frame): void {
    const maxAge = findOption(refusal.options, OptionNumber.maxAge);
    const waitMs = maxAge ? decodeUint(maxAge.value) * 1_000 : 0;
    this.#intervalMs = Math.max(this.#intervalMs * 2, Math.min(waitMs, LONGEST_INTERVAL_MS));
  }
}

const LONGEST_INTERVAL_MS = 3_600_000;
