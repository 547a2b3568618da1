import type { Command } from "commander";
import type * as Sensing from "../../site-run/sensing";
import type { CommandModule } from "../command-line";

interface Options {
  site?: string;
}

export const command: CommandModule = {
  summary: "start or stop the sensing of a running site",
  configure(command, action) {
    const verbs = {
      start: "ask devices, slot after slot",
      stop: "ask nobody; the site keeps running",
      status: "slots, requests, RTT and PDR so far",
    };
    for (const [verb, description] of Object.entries(verbs)) {
      const sub: Command = command.command(verb).description(description);
      sub.option("-s, --site <site>", "as for `fogwot up`").action(
        action<Options>(async ({ output, options }) => {
          const { steerSensing, sensingLines } =
            require("../../site-run/sensing") as typeof Sensing;
          const status = await steerSensing(options.site, verb as "start" | "stop" | "status");
          for (const line of sensingLines(status)) output.line(line);
          output.result(status);
          return 0;
        }),
      );
    }
  },
};
