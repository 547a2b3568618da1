import type * as Statistics from "../../../experiments/analysis/statistics";
import type { CommandModule } from "../../command-line";

interface Options {
  percentile: string;
  confidence: string;
  robustness: string;
}

export const command: CommandModule = {
  summary: "how many seeds a claim about a percentile needs",
  configure(command, action) {
    command
      .option("--percentile <p>", "of the results over seeds, 0–100", "50")
      .option("--confidence <c>", "0–100", "95")
      .option("--robustness <n>", "extreme runs that may be thrown away", "0")
      .action(
        action<Options>(async ({ output, options }) => {
          const { experimentSizing } =
            require("../../../experiments/analysis/statistics") as typeof Statistics;
          const [percentile, confidence, robustness] = [
            Number(options.percentile),
            Number(options.confidence),
            Number(options.robustness),
          ];
          const sizing = experimentSizing(percentile, confidence, robustness);
          output.line(
            `percentile ${percentile} at ${confidence} % confidence: ${sizing.oneSided} seeds for a bound on one side, ${sizing.twoSided} for an interval`,
          );
          output.result({ percentile, confidence, robustness, ...sizing });
          return 0;
        }),
      );
  },
};
