import type * as Verify from "../../../experiments/publish/verify";
import type { CommandModule } from "../../command-line";
import { parseInteger } from "../../options";

interface Options {
  seeds?: number;
  jobs?: number;
}

export const command: CommandModule = {
  summary: "run a published experiment again and compare its outcomes byte for byte",
  configure(command, action) {
    command
      .argument("<dir>", "output folder of `fogwot experiment run`, or an unpacked bundle")
      .option("--seeds <count>", "only the first seeds", parseInteger(1, 1_000_000))
      .option("--jobs <threads>", "threads (default: one per core)", parseInteger(1, 256))
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { verify } = require("../../../experiments/publish/verify") as typeof Verify;
          const { seeds, jobs } = options;
          const verified = await verify({
            folder: args[0] ?? "",
            signal,
            ...(seeds !== undefined && { seeds }),
            ...(jobs !== undefined && { threads: jobs }),
            onProgress: (done, all) => output.progress(`${done} of ${all} seeds`),
          });
          output.endProgress();
          const { faults } = verified;
          for (const fault of faults) output.line(fault);
          if (faults.length === 0) {
            const files = verified.files > 0 ? `, ${verified.files} files as published` : "";
            output.line(
              `same bytes: ${verified.seeds} seeds, ${verified.bytes} bytes of outcomes${files}`,
            );
          }
          output.result({ ...verified });
          return faults.length === 0 ? 0 : 1;
        }),
      );
  },
};
