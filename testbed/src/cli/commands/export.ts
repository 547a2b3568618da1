import type * as Export from "../../site-run/export";
import type * as FindSite from "../../site-run/find-site";
import type { CommandModule } from "../command-line";

interface Options {
  csv?: string | true;
  parquet?: string | true;
  out?: string;
  readings?: true;
  run?: string;
  from?: string;
  to?: string;
}

export const command: CommandModule = {
  summary: "write the stored outcomes or readings of a running site to a file",
  configure(command, action) {
    command
      .argument("[site]", "as for `fogwot up`")
      .option("--csv [file]", "as CSV; to stdout without a file")
      .option("--parquet [file]", "as Parquet")
      .option("-o, --out <file>", "the file; its ending (.csv, .parquet) tells the format")
      .option("--readings", "the sensors' readings instead of the requests' outcomes")
      .option("--run <id>", "one run only")
      .option("--from <time>", "from this time on, ISO 8601")
      .option("--to <time>", "up to this time, ISO 8601")
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { findSiteFile } = require("../../site-run/find-site") as typeof FindSite;
          const { exportRows, exportRequest } = require("../../site-run/export") as typeof Export;
          const request = exportRequest(options, output);
          const done = await exportRows(findSiteFile(args[0]), request, output, signal);
          if (done.file !== null) output.line(`${done.file}: ${done.bytes} bytes`);
          output.result(done);
          return 0;
        }),
      );
  },
};
