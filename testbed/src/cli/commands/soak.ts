import type { Output } from "../../cli/output";
import type * as Soak from "../../soak/soak";
import type { CommandModule } from "../command-line";
import { parseDuration, parseInteger } from "../options";

interface Options {
  for: number;
  count?: number;
  seed: number;
  list?: true;
}

const DEFAULT_FOR_MS = 10 * 60_000;

export const command: CommandModule = {
  summary: "long runs: what the tests hold in a short form",
  configure(command, action) {
    command
      .argument("[name]", "which; without it, the list of them")
      .option("--list", "list the long runs there are")
      .option("--for <duration>", "how long: 30s, 10m, 8h", parseDuration, DEFAULT_FOR_MS)
      .option("--count <number>", "how many, for those that count", parseInteger(1, 1e9))
      .option("--seed <number>", "of every random choice", parseInteger(0, 2 ** 32 - 1), 1)
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { listSoaks, loadSoak } = require("../../soak/soak") as typeof Soak;
          const [name] = args;
          if (name === undefined || options.list) return list(output, listSoaks, loadSoak);
          const { for: forMs, seed, count } = options;
          const soakOptions = { forMs, seed, ...(count === undefined ? {} : { count }) };
          const { checks, figures } = await loadSoak(name).run(soakOptions, output, signal);
          output.endProgress();
          for (const { claim, holds, found } of checks) {
            output.line(`${holds ? "holds " : "FAILED"} ${claim}: ${found}`);
          }
          const isPassed = checks.every((check) => check.holds);
          output.result({ soak: name, ...soakOptions, passed: isPassed, checks, figures });
          return isPassed ? 0 : 1;
        }),
      );
  },
};

function list(
  output: Output,
  listSoaks: typeof Soak.listSoaks,
  loadSoak: typeof Soak.loadSoak,
): number {
  const soaks = listSoaks().map((name) => ({ name, title: loadSoak(name).title }));
  for (const { name, title } of soaks) output.line(`${name.padEnd(12)} ${title}`);
  output.result({ soaks });
  return 0;
}
