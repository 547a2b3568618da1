import type * as FindSite from "../../site-run/find-site";
import type * as Status from "../../site-run/status";
import type { CommandModule } from "../command-line";

export const command: CommandModule = {
  summary: "show a running site: processes, Things, policy, RTT and PDR",
  configure(command, action) {
    command.argument("[site]", "as for `fogwot up`").action(
      action(async ({ output, args }) => {
        const { findSiteFile } = require("../../site-run/find-site") as typeof FindSite;
        const { siteStatus, statusLines } = require("../../site-run/status") as typeof Status;
        const status = await siteStatus(findSiteFile(args[0]));
        for (const line of statusLines(status)) output.line(line);
        output.result(status);
        return 0;
      }),
    );
  },
};
