import type * as Shipped from "../../../experiments/shipped";
import type { CommandModule } from "../../command-line";

export const command: CommandModule = {
  summary: "show the experiments, channels, scenarios and policies that come with fogwot",
  configure(command, action) {
    command.action(
      action(async ({ output }) => {
        const { listShipped } = require("../../../experiments/shipped") as typeof Shipped;
        const shipped = listShipped();
        for (const [kind, entries] of Object.entries(shipped)) {
          output.line(`${kind}:`);
          for (const { name, title } of entries) output.line(`  ${name.padEnd(12)} ${title}`);
        }
        output.result(shipped);
        return 0;
      }),
    );
  },
};
