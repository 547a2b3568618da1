import type * as Publish from "../../../experiments/publish/publish";
import type { CommandModule } from "../../command-line";

interface Options {
  out: string;
}

export const command: CommandModule = {
  summary: "bundle the results of an experiment so that another can check and repeat them",
  configure(command, action) {
    command
      .argument("<dir>", "output folder of `fogwot experiment run`, with its report")
      .requiredOption("--out <file>", "a folder, or a file that ends in .tar.gz")
      .action(
        action<Options>(async ({ output, args, options }) => {
          const { publish } = require("../../../experiments/publish/publish") as typeof Publish;
          const published = await publish(args[0] ?? "", options.out);
          output.line(`${published.out}: configuration sha256=${published.hash}`);
          output.result({ ...published });
          return 0;
        }),
      );
  },
};
