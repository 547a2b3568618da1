import type { Command } from "commander";
import type * as Failures from "./failure";
import { createOutput, type Output } from "./output";

/** A file in `commands/` exports `command`; its name is the command's name. */
export interface CommandModule {
  readonly summary: string;
  /** Adds arguments, options, subcommands and actions. Heavy modules are required inside the action. */
  configure(command: Command, action: ActionFactory): void;
}

/** What an action gets: where to write, its arguments and its options. */
export interface Invocation<O> {
  readonly output: Output;
  readonly args: readonly string[];
  readonly options: O;
  /** Aborted by SIGINT, SIGTERM or SIGHUP. A second signal ends the process at once. */
  readonly signal: AbortSignal;
}

/** An action returns its exit code, or nothing for 0. */
export type Action<O> = (invocation: Invocation<O>) => Promise<number | undefined>;

/** Wraps an action for commander: options typed, errors told, exit code set. */
export type ActionFactory = <O extends object>(
  action: Action<O>,
) => (...commanderArguments: unknown[]) => Promise<void>;

/** How long a finished command may keep handles open before the process ends all the same. */
const LINGER_MS = 500;

export const runAction: ActionFactory =
  <O extends object>(action: Action<O>) =>
  async (...commanderArguments: unknown[]): Promise<void> => {
    const command = commanderArguments.at(-1) as Command;
    const options = command.optsWithGlobals() as O & { json?: boolean };
    const output = createOutput(options.json === true);
    const stopping = abortOnSignals();
    try {
      process.exitCode =
        (await action({ output, args: command.args, options, signal: stopping })) ?? 0;
    } catch (thrown) {
      const { describeFailure } = require("./failure") as typeof Failures;
      const failure = describeFailure(thrown);
      output.endProgress();
      output.note(failure.text);
      output.result({ error: failure.problem });
      process.exitCode = failure.exitCode;
    }
    // A library that leaves a socket open must not keep the shell waiting.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  };

function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(128 + (name === "SIGTERM" ? 15 : 2));
      controller.abort(name);
    });
  }
  return controller.signal;
}
