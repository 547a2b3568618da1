import type { Clock, FogwotError } from "@fogwot/core/base";
import { OverloadedError } from "@fogwot/core/base";
import type { AnswerBody } from "./envelope";
import { fromRefusal } from "./errors";

export type SoundAnswer = Extract<AnswerBody, { ok: true }>;

interface Call {
  readonly resolve: (answer: SoundAnswer) => void;
  readonly reject: (error: FogwotError) => void;
  readonly cancelTimer: () => void;
}

const MAX_WAITING = 4_096;
const ID_MODULUS = 0x1_0000_0000;

/** The Servient's calls that wait for the driver's answer: each ends by answer, timer or refusal. */
export class Calls {
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Call>();
  #next = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** @throws OverloadedError */
  open(
    limitMs: number,
    atLimit: () => FogwotError,
  ): { readonly id: number; readonly answer: Promise<SoundAnswer> } {
    if (this.#waiting.size >= MAX_WAITING) {
      throw new OverloadedError(`${MAX_WAITING} calls wait for the driver already`);
    }
    while (this.#waiting.has(this.#next)) this.#next = (this.#next + 1) % ID_MODULUS;
    const id = this.#next;
    this.#next = (id + 1) % ID_MODULUS;
    const answer = new Promise<SoundAnswer>((resolve, reject) => {
      const cancelTimer = this.#clock.schedule(limitMs, () => this.reject(id, atLimit()));
      this.#waiting.set(id, { resolve, reject, cancelTimer });
    });
    return { id, answer };
  }

  /** @returns false where nobody waits for it any more */
  settle(id: number, answer: AnswerBody): boolean {
    const call = this.#take(id);
    if (!call) return false;
    if (answer.ok) call.resolve(answer);
    else call.reject(fromRefusal(answer));
    return true;
  }

  reject(id: number, error: FogwotError): void {
    this.#take(id)?.reject(error);
  }

  rejectAll(error: () => FogwotError): void {
    for (const id of [...this.#waiting.keys()]) this.reject(id, error());
  }

  #take(id: number): Call | undefined {
    const call = this.#waiting.get(id);
    if (!call) return undefined;
    this.#waiting.delete(id);
    call.cancelTimer();
    return call;
  }
}
