import type * as WriteReport from "../../../experiments/report/write-report";
import type { CommandModule } from "../../command-line";

interface Options {
  live?: string;
}

export const command: CommandModule = {
  summary: "figures, tables and one self-contained page from the results of an experiment",
  configure(command, action) {
    command
      .argument("<dir>", "output folder of `fogwot experiment run`")
      .option(
        "--live <file>",
        "measure.json of `fogwot measure --bindings http,coap --out DIR`, for the figures that are measured on a site",
      )
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { writeReport } =
            require("../../../experiments/report/write-report") as typeof WriteReport;
          const report = await writeReport({
            folder: args[0] as string,
            ...(options.live === undefined ? {} : { live: options.live }),
            signal,
            onProgress: output.progress,
          });
          output.endProgress();
          const failed = report.checks.filter(({ passes }) => !passes);
          for (const { policy, what, got, band } of failed) {
            const wanted = `${band.low.toFixed(3)} … ${band.high.toFixed(3)}`;
            output.line(
              `outside its band: ${policy} ${what}: ${got.value.toFixed(3)}, wanted ${wanted}`,
            );
          }
          const { checks } = report;
          if (checks.length > 0) {
            output.line(
              `reference: ${checks.length - failed.length} of ${checks.length} bands met`,
            );
          }
          output.line(`${report.file}, ${report.figures.length} figure files beside it`);
          output.result({ report: report.file, figures: report.figures, checks });
          return failed.length === 0 ? 0 : 1;
        }),
      );
  },
};
