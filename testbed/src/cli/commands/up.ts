import type * as FindSite from "../../site-run/find-site";
import type * as Up from "../../up/up";
import type { CommandModule } from "../command-line";
import { collectParameter, parseDuration, parseInteger, parsePositive } from "../options";

interface Options {
  for?: number;
  portBase?: number;
  only?: string;
  emulate?: true;
  policy?: string;
  param?: Record<string, unknown>;
  timeScale?: number;
  sense: boolean;
}

export const command: CommandModule = {
  summary: "run a site: emulated boards, fog nodes, processing server, sensing mash-up",
  configure(command, action) {
    command
      .argument("[site]", "site file, folder with a site.yaml, or name of a shipped site")
      .option("--for <duration>", "end by itself after this: 20s, 5m, 1h", parseDuration)
      .option(
        "--port-base <port>",
        "move the site's block of ports there; 0 takes free ones",
        parseInteger(0, 65_400),
      )
      .option("--only <part>", "run one part alone: server, or the name of a fog node")
      .option("--emulate", "with --only: emulate the boards that emulation.yaml names")
      .option("--policy <name>", "sensing policy instead of the site file's")
      .option("--param <name=value>", "parameter of the policy; repeatable", collectParameter)
      .option(
        "--time-scale <factor>",
        "real time per modelled time; 0.1 is ten times as fast",
        parsePositive(100),
      )
      .option("--no-sense", "start without sensing")
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { findSiteFile } = require("../../site-run/find-site") as typeof FindSite;
          const { runUp } = require("../../up/up") as typeof Up;
          const { summary, exitCode } = await runUp(
            {
              siteFile: findSiteFile(args[0]),
              sense: options.sense,
              ...(options.for === undefined ? {} : { forMs: options.for }),
              ...(options.portBase === undefined ? {} : { portBase: options.portBase }),
              ...(options.only === undefined ? {} : { only: options.only }),
              ...(options.emulate ? { emulate: true } : {}),
              ...(options.policy === undefined ? {} : { policy: options.policy }),
              ...(options.param === undefined ? {} : { parameters: options.param }),
              ...(options.timeScale === undefined ? {} : { timeScale: options.timeScale }),
            },
            output,
            signal,
          );
          for (const left of summary.leftover) output.note(`left behind: ${left}`);
          output.result(summary);
          return exitCode;
        }),
      );
  },
};
