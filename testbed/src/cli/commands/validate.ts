import type * as Credentials from "../../validate/credentials";
import type * as Report from "../../validate/report";
import type { Validated } from "../../validate/validate";
import type * as ValidateAll from "../../validate/validate-all";
import type { CommandModule } from "../command-line";
import { parseMilliseconds } from "../options";
import type { Output } from "../output";

interface Options {
  probe?: true;
  probeActions?: true;
  probeWrites?: true;
  timeout: number;
  credentials?: string;
  strict?: true;
}

/** How long a subscription of a probe waits for a first notification. */
const LISTEN_MS = 300;

export const command: CommandModule = {
  summary: "check Thing Descriptions, Thing Models, site and emulation files",
  configure(command, action) {
    command
      .argument(
        "<file-or-url...>",
        "JSON or YAML files, folders, patterns, - for stdin, or URLs of Thing Descriptions",
      )
      .option("--probe", "try every form on the live Thing: reads and subscriptions")
      .option("--probe-actions", "also actions, with the least input they accept")
      .option("--probe-writes", "also writes: each property gets the value back that was read")
      .option(
        "--timeout <time>",
        "longest wait of one request of a probe",
        parseMilliseconds,
        5_000,
      )
      .option("--credentials <file>", "JSON with username and password, or token; mode 0600")
      .option("--strict", "a warning is as bad as an error")
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { validateAll } = require("../../validate/validate-all") as typeof ValidateAll;
          const report = require("../../validate/report") as typeof Report;
          const probing = probingOf(options, output, signal);
          const all = await validateAll(args, probing, (checked) => {
            output.endProgress();
            for (const line of report.documentLines(checked)) output.line(line);
          });
          if (all.length > 1) output.line(report.totalLine(all));
          const isPassed = all.every(
            ({ errors, warnings }) => errors === 0 && (options.strict !== true || warnings === 0),
          );
          output.result(resultOf(all));
          return isPassed && !signal.aborted ? 0 : 1;
        }),
      );
  },
};

function probingOf(options: Options, output: Output, signal: AbortSignal) {
  const { probe, probeActions, probeWrites, timeout, credentials } = options;
  if (!probe && !probeActions && !probeWrites) return undefined;
  const { readCredentials } = require("../../validate/credentials") as typeof Credentials;
  return {
    timeoutMs: timeout,
    actions: probeActions === true,
    writes: probeWrites === true,
    listenMs: LISTEN_MS,
    ...(credentials === undefined ? {} : { credentials: readCredentials(credentials) }),
    signal,
    onProgress: (done: number, total: number) => output.progress(`probing: ${done} of ${total}`),
  };
}

/** Of one document its own members too: what a script that names one file looks at. */
function resultOf(all: readonly Validated[]): object {
  const [first] = all;
  return {
    ...(all.length === 1 ? first : {}),
    valid: all.every(({ valid }) => valid),
    errors: all.reduce((sum, one) => sum + one.errors, 0),
    warnings: all.reduce((sum, one) => sum + one.warnings, 0),
    documents: all,
  };
}
