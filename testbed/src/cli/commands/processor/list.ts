import type { BindingName } from "@fogwot/core";
import { Option } from "commander";
import type * as Running from "../../../processors/running-processors";
import type { CommandModule } from "../../command-line";
import type * as Table from "../../text-table";

interface Options {
  site?: string;
  binding?: BindingName;
}

export const command: CommandModule = {
  summary: "what runs on the nodes of a running site: version, status, figures",
  configure(command, action) {
    command
      .option("-s, --site <site>", "as for `fogwot up`")
      .addOption(new Option("--binding <name>", "over which").choices(["http", "coap", "mqtt"]))
      .action(
        action<Options>(async ({ output, options: { site, binding } }) => {
          const { listProcessors, listLines } =
            require("../../../processors/running-processors") as typeof Running;
          const { textTable } = require("../../text-table") as typeof Table;
          const tiers = await listProcessors({ site, binding });
          for (const line of textTable(listLines(tiers))) output.line(line);
          output.result({ tiers });
          return 0;
        }),
      );
  },
};
