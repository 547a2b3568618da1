import type * as Soak from "../../soak/soak";
import type { CommandModule } from "../command-line";
import { parseDuration } from "../options";

interface Options {
  for?: number;
}

export const command: CommandModule = {
  summary: "long runs: what the tests hold in a short form",
  configure(command, action) {
    command
      .argument("[name]", "which; without it, the list of them")
      .option("--for <duration>", "how long, where it is a matter of time", parseDuration)
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { listSoaks, loadSoak } = require("../../soak/soak") as typeof Soak;
          const [name] = args;
          if (name === undefined) {
            const soaks = listSoaks().map((one) => ({ name: one, title: loadSoak(one).title }));
            for (const { name: one, title } of soaks) output.line(`${one.padEnd(12)} ${title}`);
            output.result({ soaks });
            return 0;
          }
          const checks = await loadSoak(name).run({ forMs: options.for }, output, signal);
          for (const { claim, holds, found } of checks) {
            output.line(`${holds ? "holds " : "FAILED"} ${claim}: ${found}`);
          }
          const isPassed = checks.every((check) => check.holds);
          output.result({ soak: name, passed: isPassed, checks });
          return isPassed ? 0 : 1;
        }),
      );
  },
};
