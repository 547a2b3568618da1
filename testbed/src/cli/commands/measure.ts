import type * as Measure from "../../measure/measure";
import type * as Table from "../../measure/table";
import type * as FindSite from "../../site-run/find-site";
import type { CommandModule } from "../command-line";
import { parseInteger, parseMilliseconds, parseNames } from "../options";

interface Options {
  bindings: ("http" | "coap" | "mqtt")[];
  requests: number;
  timeout: number;
  out?: string;
  stock?: true;
  ephemeral?: true;
}

export const command: CommandModule = {
  summary: "measure RTT and PDR of every device over HTTP, CoAP and MQTT",
  configure(command, action) {
    command
      .argument("[site]", "as for `fogwot up`")
      .option("--bindings <names>", "which, with commas", parseNames(["http", "coap", "mqtt"]), [
        "http",
        "coap",
        "mqtt",
      ])
      .option("--requests <count>", "per device and binding", parseInteger(1, 1_000_000), 200)
      .option("--timeout <time>", "a later answer is a loss", parseMilliseconds, 500)
      .option("-o, --out <folder>", "write CSV, JSON and an HTML page with plots there")
      .option("--stock", "ask with node-wot's own client bindings, as a baseline")
      .option("--ephemeral", "on a site started for this measurement alone")
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { findSiteFile } = require("../../site-run/find-site") as typeof FindSite;
          const { measure } = require("../../measure/measure") as typeof Measure;
          const { tableLines } = require("../../measure/table") as typeof Table;
          const { rows, files } = await measure(
            {
              siteFile: findSiteFile(args[0]),
              bindings: options.bindings,
              requests: options.requests,
              timeoutMs: options.timeout,
              ephemeral: options.ephemeral === true,
              stock: options.stock === true,
              ...(options.out === undefined ? {} : { out: options.out }),
            },
            output,
            signal,
          );
          for (const line of tableLines(rows)) output.line(line);
          for (const file of files) output.line(`wrote ${file}`);
          output.result({ rows, files });
          return signal.aborted ? 1 : 0;
        }),
      );
  },
};
