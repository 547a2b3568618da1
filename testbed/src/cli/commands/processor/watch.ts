import type * as WatchSite from "../../../processors/watch-site";
import type * as FindSite from "../../../site-run/find-site";
import type { CommandModule } from "../../command-line";
import { parseInteger } from "../../options";

interface Options {
  processor?: string;
  port?: string;
  count?: number;
}

export const command: CommandModule = {
  summary: "show what the processors of a running site say, as they say it",
  configure(command, action) {
    command
      .argument("[site]", "as for `fogwot up`")
      .option("--processor <name>", "of this one alone")
      .option("--port <name>", "of this out-port alone")
      .option("--count <number>", "end after so many lines", parseInteger(1, 1_000_000))
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { findSiteFile } = require("../../../site-run/find-site") as typeof FindSite;
          const { watchSite } = require("../../../processors/watch-site") as typeof WatchSite;
          const siteFile = findSiteFile(args[0]);
          output.result(await watchSite({ ...options, siteFile }, output, signal));
          return 0;
        }),
      );
  },
};
