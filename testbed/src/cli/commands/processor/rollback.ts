import type * as Running from "../../../processors/running-processors";
import type { CommandModule } from "../../command-line";

interface Options {
  site?: string;
  to?: string[];
}

export const command: CommandModule = {
  summary: "go back to the version before, with the state it had",
  configure(command, action) {
    command
      .argument("<name>", "of the processor, as the site file names it")
      .option("-s, --site <site>", "as for `fogwot up`")
      .option(
        "--to <node>",
        "a node, or server; repeatable; without it all that have the name",
        (one: string, before: string[] = []) => [...before, one],
      )
      .action(
        action<Options>(async ({ output, args: [name = ""], options: { site, to } }) => {
          const { rollbackProcessor } =
            require("../../../processors/running-processors") as typeof Running;
          const nodes = await rollbackProcessor({ site, name, to });
          for (const node of nodes) output.line(`${node}   ${name} rolled back`);
          output.result({ name, nodes });
          return 0;
        }),
      );
  },
};
