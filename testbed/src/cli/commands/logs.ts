import type * as FindSite from "../../site-run/find-site";
import type * as ShowLogs from "../../site-run/show-logs";
import type { CommandModule } from "../command-line";
import { parseInteger } from "../options";

interface Options {
  site?: string;
  lines: number;
  follow?: true;
}

export const command: CommandModule = {
  summary: "show what the processes of a site have logged",
  configure(command, action) {
    command
      .argument("[process]", "server, emulation or the name of a fog node; all without it")
      .option("-s, --site <site>", "as for `fogwot up`")
      .option("-n, --lines <count>", "last lines per process", parseInteger(0, 100_000), 20)
      .option("-f, --follow", "go on until Ctrl-C")
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { findSiteFile } = require("../../site-run/find-site") as typeof FindSite;
          const { showLogs } = require("../../site-run/show-logs") as typeof ShowLogs;
          await showLogs(
            {
              siteFile: findSiteFile(options.site),
              lines: options.lines,
              follow: options.follow === true,
              ...(args[0] === undefined ? {} : { process: args[0] }),
            },
            output,
            signal,
          );
          return 0;
        }),
      );
  },
};
