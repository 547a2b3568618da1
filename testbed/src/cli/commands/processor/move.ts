import type * as Running from "../../../processors/running-processors";
import type { CommandModule } from "../../command-line";

interface Options {
  site?: string;
  from?: string;
}

export const command: CommandModule = {
  summary: "hand a processor with its state to another node, or to the server",
  configure(command, action) {
    command
      .argument("<name>", "of the processor, as the site file names it")
      .argument("<to>", "a node, server, or the URL of a Thing Description")
      .option("-s, --site <site>", "as for `fogwot up`")
      .option("--from <node>", "where it runs, if that is more than one")
      .action(
        action<Options>(async ({ output, args: [name = "", to = ""], options: { site, from } }) => {
          const { moveProcessor } =
            require("../../../processors/running-processors") as typeof Running;
          const moved = await moveProcessor({ site, name, to, from });
          const took = `${moved.elapsedMs.toFixed(0)} ms, ${moved.framesLeft} frames came too late`;
          output.line(`${name} ${moved.version}   ${moved.from} → ${moved.to}   ${took}`);
          output.result({ name, ...moved });
          return 0;
        }),
      );
  },
};
