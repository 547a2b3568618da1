import type * as NewSite from "../../new-site/new-site";
import type { CommandModule } from "../command-line";
import { parseInteger } from "../options";

interface Options {
  devices: number;
  portBase: number;
  emulated: boolean;
}

export const command: CommandModule = {
  summary: "make the files of something new",
  configure(command, action) {
    command
      .command("site <folder>")
      .description("a folder with site.yaml, and emulation.yaml to try it without hardware")
      .option("--devices <count>", "Wi-Fi climate sensors", parseInteger(1, 80), 3)
      .option("--port-base <port>", "block of 100 ports", parseInteger(1_024, 65_400), 19_080)
      .option("--no-emulated", "without emulation.yaml: real boards only")
      .action(
        action<Options>(async ({ output, args, options }) => {
          const { newSite } = require("../../new-site/new-site") as typeof NewSite;
          const made = newSite({ folder: args[0] ?? "", ...options });
          for (const file of made.files) output.line(`made ${file}`);
          output.line(`run it: fogwot up ${made.files[0]}`);
          output.result(made);
          return 0;
        }),
      );
  },
};
