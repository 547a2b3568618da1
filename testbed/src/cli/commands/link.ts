import type { LinkSettings } from "@fogwot/core";
import type { Command } from "commander";
import type { LinkState } from "../../emulation/program";
import type * as Links from "../../site-run/links";
import type { ActionFactory, CommandModule } from "../command-line";
import type * as Settings from "../link-settings";
import type { LinkSetOptions } from "../link-settings";
import { parseProbability } from "../options";

interface SiteOption {
  site?: string;
}

export const command: CommandModule = {
  summary: "show or change the links of devices while the site runs",
  configure(command, action) {
    const sub = (text: string, description: string): Command =>
      command
        .command(text)
        .description(description)
        .option("-s, --site <site>", "as for `fogwot up`");
    sub("list", "show every link: delay, loss, messages so far").action(
      action<SiteOption>(async ({ output, options }) => {
        const { listLinks, linkLines } = require("../../site-run/links") as typeof Links;
        const links = await listLinks(options.site);
        for (const line of linkLines(links)) output.line(line);
        output.result({ links });
        return 0;
      }),
    );
    configureSet(sub("set <device>", "change a link; what is not named stays"), action);
    const verbs = { cut: "let nothing pass", restore: "back to what the site's files say" };
    for (const [verb, description] of Object.entries(verbs)) {
      sub(`${verb} <device>`, description).action(
        action<SiteOption>(async ({ output, args, options }) => {
          const { changeLink, linkLines } = require("../../site-run/links") as typeof Links;
          const change = { op: verb as "cut" | "restore" };
          const link = await changeLink(options.site, args[0] ?? "", change);
          show(output, linkLines([link]), link);
          return 0;
        }),
      );
    }
  },
};

function configureSet(command: Command, action: ActionFactory): void {
  command
    .option("--loss <share>", "share of round trips lost, in all: 0, 0.3, 30%", parseProbability)
    .option("--filter <share>", "packet filter alone, bursts stay", parseProbability)
    .option("--extra-loss <share>", "loss on top of what the link has", parseProbability)
    .option("--delay <time>", "20ms: constant round trip; +20ms: on top of what the link has")
    .option("--jitter <median,sigma>", "log-normal part in ms, such as 13.3,0.5; off for none")
    .option("--bursts <a,b,c,d>", "p(good→bad), p(bad→good), loss in good, in bad; off for none")
    .action(
      action<SiteOption & LinkSetOptions>(async ({ output, args, options }) => {
        const { changeLink, linkLines } = require("../../site-run/links") as typeof Links;
        const { settingsOf } = require("../link-settings") as typeof Settings;
        const settings: Partial<LinkSettings> = settingsOf(options);
        const link = await changeLink(options.site, args[0] ?? "", { op: "set", settings });
        show(output, linkLines([link]), link);
        return 0;
      }),
    );
}

function show(
  output: { line(text: string): void; result(value: object): void },
  lines: readonly string[],
  link: LinkState,
): void {
  for (const line of lines) output.line(line);
  output.result(link);
}
