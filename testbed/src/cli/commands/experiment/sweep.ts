import type * as Comparison from "../../../experiments/analysis/comparison";
import type * as Load from "../../../experiments/load-experiment";
import type * as Grid from "../../../experiments/sweep/grid";
import type * as Sweep from "../../../experiments/sweep/sweep";
import type { CommandModule } from "../../command-line";
import { parseInteger } from "../../options";
import { textTable } from "../../text-table";
import { wrongUse } from "../../wrong-use";

interface Options {
  param: string[];
  pareto?: string;
  steps: number;
  channel?: string;
  seeds?: number;
  out?: string;
  jobs?: number;
}

const SHOWN = ["rtt", "pdr", "energy", "age", "regret-cost"];

export const command: CommandModule = {
  summary: "run an experiment's policies with every combination of parameter values",
  configure(command, action) {
    command
      .argument("<file>", "an experiment file, or the name of a shipped one")
      .option(
        "--param <policy.name=values>",
        "values with commas between, or m=… and timeoutMs=…; more than once: all combinations",
        (text: string, before: string[]) => [...before, text],
        [],
      )
      .option("--pareto <policy>", "weights of delay, PDR, energy and age instead, and their front")
      .option("--steps <n>", "of a weight from 0 to 1", parseInteger(1, 10), 4)
      .option("--channel <file>", "another channel than the file's")
      .option("--seeds <count>", "another number of seeds", parseInteger(1, 1_000_000))
      .option("--out <folder>", "write sweep.json, report.html and figures there")
      .option("--jobs <threads>", "threads (default: one per core)", parseInteger(1, 256))
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { parseSwept, weightGrid } =
            require("../../../experiments/sweep/grid") as typeof Grid;
          const { estimateText, runSweep, writeSweep } =
            require("../../../experiments/sweep/sweep") as typeof Sweep;
          const { MERITS } =
            require("../../../experiments/analysis/comparison") as typeof Comparison;
          const { loadExperiment } = require("../../../experiments/load-experiment") as typeof Load;
          const { channel, seeds, jobs, pareto, steps, out } = options;
          const swept = [
            ...options.param.map(parseSwept),
            ...(pareto === undefined ? [] : [weightGrid(pareto, steps)]),
          ];
          if (swept.length === 0) throw wrongUse("sweep: wanted --param or --pareto");
          const experiment = loadExperiment(args[0] ?? "", {
            ...(channel !== undefined && { channel }),
            ...(seeds !== undefined && { seeds }),
          });
          const request = {
            experiment,
            swept,
            signal,
            ...(jobs !== undefined && { threads: jobs }),
            onProgress: (done: number, all: number) => output.progress(`${done} of ${all} runs`),
          };
          const sweep = await runSweep(request);
          output.endProgress();
          const merits = MERITS.filter(({ name }) => SHOWN.includes(name));
          const header = ["combination", ...merits.map(({ title, unit }) => `${title} (${unit})`)];
          const rows = sweep.rows.map((row) => [
            row.label,
            ...merits.map((merit) => estimateText(row.merits[merit.name], merit)),
          ]);
          for (const line of textTable([header, ...rows])) output.line(line);
          const file = out === undefined ? null : writeSweep(out, request, sweep);
          if (file !== null) output.line(file);
          output.result({ rows: sweep.rows, report: file });
          return 0;
        }),
      );
  },
};
