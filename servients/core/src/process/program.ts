import { toFogwotError } from "../errors";
import { createLogger, type Logger } from "../log";
import { type Clock, systemClock } from "../time";
import type { ToChild, ToParent } from "./messages";

/** What runs in a forked child: started once with its configuration, stopped once. */
export interface Program<C, R> {
  start(config: C, context: ProgramContext): Promise<RunningProgram<R>>;
}

export interface ProgramContext {
  readonly log: Logger;
  readonly clock: Clock;
  /** Aborted when the program is being stopped. */
  readonly signal: AbortSignal;
  /** Sends a message to the parent, for Supervisor's `onMessage`. */
  send(message: unknown): void;
}

export interface RunningProgram<R> {
  /** Told to the parent: ports, addresses. */
  readonly report: R;
  stop(): Promise<void>;
  /** Answers `Supervisor.request`; a rejection reaches the parent as problem details. */
  onMessage?(message: unknown): Promise<unknown>;
}

/** A child that has not stopped by then is ended: 3 s for the whole site, so less for one part. */
const STOP_LIMIT_MS = 2_500;

/**
 * Turns this process into the child side of a Supervisor: waits for the configuration, starts the
 * program, and ends when told to, or when the parent is gone.
 */
export function runProgram<C, R>(name: string, program: Program<C, R>): void {
  const log = createLogger(name);
  const stopping = new AbortController();
  let running: RunningProgram<R> | undefined;
  let starting: Promise<void> | undefined;

  const say = (message: ToParent, sent: () => void = () => undefined): void => {
    if (process.connected && process.send) process.send(message, undefined, undefined, sent);
    else sent();
  };

  const stop = (reason: string, exitCode: number): void => {
    if (stopping.signal.aborted) return;
    log.debug({ reason }, "stopping");
    stopping.abort();
    const giveUp = setTimeout(() => process.exit(exitCode || 1), STOP_LIMIT_MS);
    giveUp.unref();
    void Promise.resolve(starting)
      .then(() => running?.stop())
      .catch((error: unknown) => log.error({ err: error }, "stop failed"))
      .finally(() => process.exit(exitCode));
  };

  const start = async (config: C): Promise<void> => {
    try {
      running = await program.start(config, {
        log,
        clock: systemClock,
        signal: stopping.signal,
        send: (message) => say({ kind: "message", message }),
      });
      say({ kind: "ready", report: running.report });
    } catch (error) {
      if (stopping.signal.aborted) return;
      const typed = toFogwotError(error);
      if (typed.code === "INTERNAL") log.error({ err: typed.cause }, "start failed");
      say({ kind: "failed", problem: typed.toProblem() }, () => stop("start failed", 1));
    }
  };

  const answer = async (id: number, message: unknown): Promise<void> => {
    try {
      const value = await running?.onMessage?.(message);
      say({ kind: "answer", id, value });
    } catch (error) {
      say({ kind: "refused", id, problem: toFogwotError(error).toProblem() });
    }
  };

  process.on("message", (message: ToChild) => {
    if (message.kind === "start") starting ??= start(message.config as C);
    else void answer(message.id, message.message);
  });
  process.on("disconnect", () => stop("the parent is gone", 0));
  process.on("SIGTERM", () => stop("SIGTERM", 0));
  process.on("SIGINT", () => stop("SIGINT", 0));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "uncaught");
    stop("uncaught error", 70);
  });
  process.on("unhandledRejection", (reason) => {
    log.fatal({ err: reason }, "unhandled rejection");
    stop("unhandled rejection", 70);
  });
}
