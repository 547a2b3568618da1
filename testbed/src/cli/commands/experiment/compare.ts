import type * as Compare from "../../../experiments/compare/compare";
import type { CommandModule } from "../../command-line";
import { parseInteger } from "../../options";
import { textTable } from "../../text-table";
import { wrongUse } from "../../wrong-use";

interface Options {
  policies?: string;
  fromSlot?: number;
  out?: string;
}

export const command: CommandModule = {
  summary: "compare two policies seed by seed: paired Wilcoxon, bootstrap, variability",
  configure(command, action) {
    command
      .argument("<a>", "output folder of `fogwot experiment run`")
      .argument("[b]", "another one; without it two policies of <a>")
      .option("--policies <a,b>", "labels; one is enough where both folders have it")
      .option("--from-slot <slot>", "leave earlier slots out", parseInteger(1, 100_000_000))
      .option("--out <folder>", "write compare.html and figures there")
      .action(
        action<Options>(async ({ output, args, options }) => {
          const { compare, comparisonRows, COMPARISON_HEADER, writeComparison } =
            require("../../../experiments/compare/compare") as typeof Compare;
          const [a = "", b = a] = args;
          const [policyA, policyB] = (options.policies ?? "")
            .split(",")
            .filter((one) => one !== "");
          if (a === b && policyB === undefined) {
            throw wrongUse("compare: wanted two folders, or --policies A,B of one");
          }
          const compared = await compare({
            a,
            b,
            ...(policyA !== undefined && { policyA }),
            ...(policyB !== undefined && { policyB }),
            ...(options.fromSlot !== undefined && { fromSlot: options.fromSlot }),
          });
          output.line(
            `A: ${compared.a.policy} of ${a}; B: ${compared.b.policy} of ${b}; ${compared.seeds} seeds`,
          );
          for (const line of textTable([COMPARISON_HEADER, ...comparisonRows(compared)])) {
            output.line(line);
          }
          const file = options.out === undefined ? null : writeComparison(options.out, compared);
          if (file !== null) output.line(file);
          const { comparisons, ...sides } = compared;
          const figures = comparisons.map(({ merit, a: _a, b: _b, ...rest }) => {
            return { name: merit.name, unit: merit.unit, ...rest };
          });
          output.result({ ...sides, figures, report: file });
          return 0;
        }),
      );
  },
};
