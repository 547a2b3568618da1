import type * as Run from "../../script/run";
import type * as FindSite from "../../site-run/find-site";
import type { CommandModule } from "../command-line";
import { parseInteger, parseMilliseconds } from "../options";

interface Options {
  ephemeral?: true;
  site?: string | false;
  httpPort?: number;
  coapPort?: number;
  timeout: number;
}

export const command: CommandModule = {
  summary: "run a mash-up script (TypeScript or JavaScript) on the Things of a site",
  configure(command, action) {
    command
      .argument("<script>", "a file anywhere; it gets WoT, things, args and signal")
      .argument("[args...]", "for the script, as its global args")
      .option("-s, --site <site>", "as for `fogwot up`")
      .option("--no-site", "no site: things is empty, WoT finds and exposes by itself")
      .option("--timeout <time>", "how long one interaction may take", parseMilliseconds, 10_000)
      .option("--ephemeral", "on a site started for this script alone")
      .option(
        "--http-port <port>",
        "where Things are exposed: 8080, or a free one",
        parseInteger(0, 65535),
      )
      .option(
        "--coap-port <port>",
        "the same for CoAP: 5683, or a free one",
        parseInteger(0, 65535),
      )
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { findSiteFile } = require("../../site-run/find-site") as typeof FindSite;
          const { runMashupScript } = require("../../script/run") as typeof Run;
          const [script = "", ...rest] = args;
          const done = await runMashupScript(
            {
              script,
              siteFile: options.site === false ? undefined : findSiteFile(options.site),
              ephemeral: options.ephemeral === true,
              requestTimeoutMs: options.timeout,
              args: rest,
              ports: { http: options.httpPort, coap: options.coapPort },
            },
            output,
            signal,
          );
          output.result(done);
          return 0;
        }),
      );
  },
};
