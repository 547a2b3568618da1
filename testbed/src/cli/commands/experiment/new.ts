import type * as NewExperiment from "../../../experiments/new-experiment";
import type { CommandModule } from "../../command-line";

export const command: CommandModule = {
  summary: "write an experiment file and a channel that run as they are",
  configure(command, action) {
    command.argument("<name>", "of the experiment, or a path that ends in it").action(
      action(async ({ output, args }) => {
        const { newExperiment } =
          require("../../../experiments/new-experiment") as typeof NewExperiment;
        const made = newExperiment(args[0] ?? "");
        for (const file of made.files) output.line(`made ${file}`);
        output.line(`run it: fogwot experiment run ${made.files[0]}`);
        output.result(made);
        return 0;
      }),
    );
  },
};
