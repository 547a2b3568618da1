import type * as FindSite from "../../site-run/find-site";
import type * as ShowThings from "../../things/show-things";
import type { CommandModule } from "../command-line";

interface Options {
  ephemeral?: true;
  td?: string;
  qr?: string;
}

export const command: CommandModule = {
  summary: "list the Things of a site, with what they offer",
  configure(command, action) {
    command
      .argument("[site]", "as for `fogwot up`")
      .option("--td <thing>", "print the Thing Description of one: its id, or the end of it")
      .option("--qr <thing>", "a QR code of where its Thing Description is; `directory` for all")
      .option("--ephemeral", "of a site started for this command alone")
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { findSiteFile } = require("../../site-run/find-site") as typeof FindSite;
          const { showThings } = require("../../things/show-things") as typeof ShowThings;
          await showThings(
            {
              siteFile: findSiteFile(args[0]),
              ephemeral: options.ephemeral === true,
              ...(options.td === undefined ? {} : { td: options.td }),
              ...(options.qr === undefined ? {} : { qr: options.qr }),
            },
            output,
            signal,
          );
          return 0;
        }),
      );
  },
};
