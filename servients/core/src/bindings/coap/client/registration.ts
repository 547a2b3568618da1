import { type FogwotError, InteractionTimeoutError, UnreachableError } from "../../../errors";
import { type Frame, findOption, NO_BYTES, OptionNumber, uintOption } from "../message";
import type { Conversation } from "./channel";
import { failureError } from "./response-error";
import type { FormRequest } from "./target";
import type { TransferContext } from "./transfer";

export interface RegistrationOptions {
  readonly request: FormRequest;
  readonly context: TransferContext;
  /** A response with our token that `open` did not wait for. */
  readonly onNotification: (message: Frame) => void;
  /** No notification can come any more. */
  readonly onFailure: (error: FogwotError) => void;
}

interface Waiting {
  /** @returns whether this response is the awaited one */
  readonly take: (message: Frame) => boolean;
  readonly fail: (error: FogwotError) => void;
}

const REGISTER = 0;
const DEREGISTER = 1;

/** A client's entry in a server's list of observers: one token, kept for all its notifications. */
export class Registration {
  readonly #options: RegistrationOptions;
  #conversation: Conversation | undefined;
  #waiting: Waiting | undefined;

  constructor(options: RegistrationOptions) {
    this.#options = options;
  }

  /**
   * Registers, or renews the registration. @returns the first response, whatever its code
   * @param timeoutMs longest wait for it
   * @throws InteractionTimeoutError, UnreachableError
   */
  async open(timeoutMs?: number): Promise<Frame> {
    const { request, context } = this.#options;
    const channel = await context.acquire(request);
    if (this.#conversation?.channel !== channel) {
      this.#conversation?.close();
      this.#conversation = channel.converse({
        onResponse: (message) => {
          if (!this.#waiting?.take(message)) this.#options.onNotification(message);
        },
        onFailure: (failure) => {
          const error = failureError(request.href, failure, context.timeoutMs);
          if (this.#waiting) this.#waiting.fail(error);
          else this.#options.onFailure(error);
        },
      });
    }
    const question = { observe: REGISTER, isConfirmable: request.isConfirmable };
    return this.#ask(this.#conversation, question, () => true, timeoutMs);
  }

  /** Notifications come in the order they were sent. */
  get isOrdered(): boolean {
    return this.#conversation?.channel.isOrdered ?? false;
  }

  /** Deregisters and waits for the answer, at most until the time-out. Never rejects. */
  async close(): Promise<void> {
    const conversation = this.#conversation;
    if (!conversation) return;
    const isAnswer = (message: Frame): boolean =>
      findOption(message.options, OptionNumber.observe) === undefined;
    // Unanswered is no failure: the next notification is reset, which ends it too (RFC 7641, 3.6).
    const question = { observe: DEREGISTER, isConfirmable: true };
    await this.#ask(conversation, question, isAnswer).catch(() => undefined);
    this.forget();
  }

  /** Deregisters by one datagram that may be lost. */
  abandon(): void {
    this.#conversation?.send(this.#request(DEREGISTER, false));
    this.forget();
  }

  /** Forgets the token; a notification that still comes is reset. */
  forget(): void {
    this.#waiting?.fail(new UnreachableError(this.#options.request.href, "given up"));
    this.#conversation?.close();
    this.#conversation = undefined;
  }

  #ask(
    conversation: Conversation,
    { observe, isConfirmable }: { readonly observe: number; readonly isConfirmable: boolean },
    isAnswer: (message: Frame) => boolean,
    timeoutMs = this.#options.context.timeoutMs,
  ): Promise<Frame> {
    const { request, context } = this.#options;
    return new Promise((resolve, reject) => {
      const settled = (): void => {
        this.#waiting = undefined;
        cancel();
      };
      const fail = (error: FogwotError): void => {
        settled();
        reject(error);
      };
      const cancel = context.clock.schedule(timeoutMs, () =>
        fail(new InteractionTimeoutError(request.href, timeoutMs)),
      );
      this.#waiting = {
        take: (message) => {
          if (!isAnswer(message)) return false;
          settled();
          resolve(message);
          return true;
        },
        fail,
      };
      conversation.send(this.#request(observe, isConfirmable));
    });
  }

  #request(observe: number, isConfirmable: boolean): Parameters<Conversation["send"]>[0] {
    const { options, method } = this.#options.request;
    return {
      isConfirmable,
      code: method,
      options: [...options, uintOption(OptionNumber.observe, observe)],
      payload: NO_BYTES,
    };
  }
}
