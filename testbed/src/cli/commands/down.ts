import type * as Down from "../../site-run/down";
import type * as FindSite from "../../site-run/find-site";
import type { CommandModule } from "../command-line";

export const command: CommandModule = {
  summary: "end a running site",
  configure(command, action) {
    command.argument("[site]", "as for `fogwot up`").action(
      action(async ({ output, args, signal }) => {
        const { findSiteFile } = require("../../site-run/find-site") as typeof FindSite;
        const { endSite } = require("../../site-run/down") as typeof Down;
        const ended = await endSite(findSiteFile(args[0]), signal, output.progress);
        output.endProgress();
        for (const left of ended.leftover) output.note(`left behind: ${left}`);
        output.line(`site ${ended.site} is down`);
        output.result(ended);
        return ended.leftover.length > 0 ? 1 : 0;
      }),
    );
  },
};
