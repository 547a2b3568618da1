import type * as LiveFigures from "../../../experiments/paper/live-figures";
import type * as WriteReport from "../../../experiments/report/write-report";
import type * as MeasureFigures from "../../../measure/figures/measure-figures";
import type * as FindSite from "../../../site-run/find-site";
import type { CommandModule, Invocation } from "../../command-line";
import { parseInteger } from "../../options";

interface Options {
  live?: string | true;
  site?: string;
  requests: number;
}

export const command: CommandModule = {
  summary: "figures, tables and one self-contained page from the results of an experiment",
  configure(command, action) {
    command
      .argument("<dir>", "output folder of `fogwot experiment run`")
      .option(
        "--live [file]",
        "with the figures that only a site can give: measured now, or from the measure.json of `fogwot measure`",
      )
      .option("--site <site>", "of --live, as for `fogwot up`")
      .option("--requests <count>", "of --live, per device", parseInteger(1, 1_000_000), 100)
      .action(action<Options>(run));
  },
};

async function run(invocation: Invocation<Options>): Promise<number> {
  const { output, args, signal } = invocation;
  const { writeReport } = require("../../../experiments/report/write-report") as typeof WriteReport;
  const live = await liveOf(invocation);
  const report = await writeReport({
    folder: args[0] as string,
    ...(live && { live }),
    signal,
    onProgress: output.progress,
  });
  output.endProgress();
  const { checks } = report;
  const failed = checks.filter(({ passes }) => !passes);
  for (const { policy, what, got, band } of failed) {
    const wanted = `${band.low.toFixed(3)} … ${band.high.toFixed(3)}`;
    output.line(`outside its band: ${policy} ${what}: ${got.value.toFixed(3)}, wanted ${wanted}`);
  }
  if (checks.length > 0) {
    output.line(`reference: ${checks.length - failed.length} of ${checks.length} bands met`);
  }
  output.line(`${report.file}, ${report.figures.length} figure files beside it`);
  output.result({ report: report.file, figures: report.figures, checks });
  return failed.length === 0 ? 0 : 1;
}

async function liveOf({ output, options, signal }: Invocation<Options>) {
  const { live, site, requests } = options;
  if (live === undefined) return undefined;
  if (typeof live === "string") {
    const { readLiveFigures } =
      require("../../../experiments/paper/live-figures") as typeof LiveFigures;
    return readLiveFigures(live);
  }
  const { measureFigures } =
    require("../../../measure/figures/measure-figures") as typeof MeasureFigures;
  const { findSiteFile } = require("../../../site-run/find-site") as typeof FindSite;
  const request = { siteFile: findSiteFile(site), requests, onProgress: output.progress };
  const figures = await measureFigures(request, signal);
  output.endProgress();
  return figures;
}
