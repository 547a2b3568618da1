import type * as Bench from "../../bench/bench";
import type { CommandModule } from "../command-line";

interface Options {
  quick?: true;
  check?: true;
  paper?: true;
}

export const command: CommandModule = {
  summary: "run a benchmark side by side with its peers: bindings, drivers, servient, wasm",
  configure(command, action) {
    command
      .argument("[name]", "which; without it, the list of them")
      .option("--quick", "a short form, to see that it runs; its figures mean less")
      .option("--paper", "the papers' tables too (wasm)")
      .option("--check", "exit with 1 when a bar is missed")
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { figureLines, listBenches, loadBench } =
            require("../../bench/bench") as typeof Bench;
          const [name] = args;
          if (name === undefined) {
            const benches = listBenches().map((one) => ({
              name: one,
              title: loadBench(one).title,
            }));
            for (const { name: one, title } of benches) output.line(`${one.padEnd(12)} ${title}`);
            output.result({ benches });
            return 0;
          }
          const result = await loadBench(name).run(
            { quick: options.quick === true, paper: options.paper === true },
            output,
            signal,
          );
          for (const line of figureLines(result.figures)) output.line(line);
          const { summary, ...rest } = result;
          output.result({ ...summary, ...rest });
          const isMissed = result.figures.some((one) => one.meetsBar === false);
          return options.check && isMissed ? 1 : 0;
        }),
      );
  },
};
