import type { Clock } from "@fogwot/core";
import { errorCode } from "../../measure/leg";
import { within } from "../../measure/within";

/** What became of the questions to one device. */
export interface Polled {
  readonly device: string;
  readonly answered: number;
  /** By error code. */
  readonly failed: Readonly<Record<string, number>>;
  /** Neither an answer nor an error, long after the time-out of everything that could say so. */
  readonly unanswered: number;
}

export interface PollingOptions {
  readonly device: string;
  readonly ask: () => Promise<unknown>;
  readonly goesOn: () => boolean;
  readonly pauseMs: number;
  readonly clock: Clock;
  /** After which a question counts as unanswered. */
  readonly limitMs: number;
}

/** Asks one device, one question at a time, until it is told to end. */
export async function poll(options: PollingOptions): Promise<Polled> {
  const { device, ask, goesOn, pauseMs, clock, limitMs } = options;
  const failed: Record<string, number> = {};
  let answered = 0;
  let unanswered = 0;
  while (goesOn()) {
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    const question = ask();
    question.then(settle, settle);
    try {
      await within(question, limitMs, clock);
      answered++;
    } catch (error) {
      if (isSettled) failed[errorCode(error)] = (failed[errorCode(error)] ?? 0) + 1;
      else unanswered++;
    }
    await clock.sleep(pauseMs);
  }
  return { device, answered, failed, unanswered };
}
