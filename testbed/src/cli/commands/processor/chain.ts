import type * as Chains from "../../../processors/processor-chain";
import type { CommandModule } from "../../command-line";

interface Options {
  site?: string;
  set?: string;
  reset?: true;
}

export const command: CommandModule = {
  summary: "show what feeds the processors of a node, or change it while they run",
  configure(command, action) {
    command
      .argument("<node>", "a node, or server")
      .option("-s, --site <site>", "as for `fogwot up`")
      .option("--set <file>", "YAML: another list of processors, as in the site file")
      .option("--reset", "back to what the site file says")
      .action(
        action<Options>(async ({ output, args: [node = ""], options: { site, set, reset } }) => {
          const { processorChain } =
            require("../../../processors/processor-chain") as typeof Chains;
          const chain = reset ? "site" : set === undefined ? undefined : { file: set };
          const now = await processorChain({ site, node, chain });
          // JSON is YAML: what is shown can be changed, and set.
          output.raw(`${JSON.stringify({ processors: now.processors }, null, 2)}\n`);
          output.result(now);
          return 0;
        }),
      );
  },
};
