import type { Command } from "commander";
import type * as Mashups from "../../running-mashups/commands";
import type { CommandModule } from "../command-line";
import { parseInteger, parseMilliseconds } from "../options";

interface Options {
  site?: string;
  name?: string;
  timeout?: number;
  lines: number;
}

const mashups = (): typeof Mashups => require("../../running-mashups/commands") as typeof Mashups;

export const command: CommandModule = {
  summary: "keep mash-up scripts running beside the server of a site",
  configure(command, action) {
    const sub = (text: string, description: string): Command =>
      command
        .command(text)
        .description(description)
        .option("-s, --site <site>", "as for `fogwot up`");
    sub(
      "start <script> [args...]",
      "start a script, and again whenever it fails, until it is stopped",
    )
      .option("--name <name>", "what to call it: the file's name without its ending")
      .option("--timeout <time>", "how long one interaction may take", parseMilliseconds)
      .action(
        action<Options>(async ({ output, args, options }) => {
          const [script = "", ...rest] = args;
          const started = await mashups().startMashup(options.site, {
            script,
            args: rest,
            ...(options.name === undefined ? {} : { name: options.name }),
            ...(options.timeout === undefined ? {} : { requestTimeoutMs: options.timeout }),
          });
          output.line(mashups().mashupLine(started));
          output.result(started);
          return 0;
        }),
      );
    sub("list", "state, process, restarts and why the last process ended").action(
      action<Options>(async ({ output, options }) => {
        const found = await mashups().listMashups(options.site);
        for (const one of found) output.line(mashups().mashupLine(one));
        output.result({ mashups: found });
        return 0;
      }),
    );
    sub("logs <name>", "what a script has printed")
      .option("-n, --lines <count>", "last lines", parseInteger(0, 100_000), 20)
      .action(
        action<Options>(async ({ output, args, options }) => {
          const log = await mashups().mashupLog(options.site, args[0] ?? "", options.lines);
          for (const line of log.lines) output.line(line);
          output.result(log);
          return 0;
        }),
      );
    sub("stop <name>", "end a script; the next `up` does not start it again").action(
      action<Options>(async ({ output, args, options }) => {
        const stopped = await mashups().stopMashup(options.site, args[0] ?? "");
        output.line(mashups().mashupLine(stopped));
        output.result(stopped);
        return 0;
      }),
    );
  },
};
