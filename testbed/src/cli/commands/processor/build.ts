import * as fs from "node:fs";
import * as path from "node:path";
import type * as Failures from "../../../processors/processor-failure";
import type * as Publishing from "../../../processors/publish-processor";
import type { CommandModule } from "../../command-line";

interface Options {
  out?: string;
  names?: boolean;
}

export const command: CommandModule = {
  summary: "compile and meter a processor, without signing it",
  configure(command, action) {
    command
      .argument("<folder>", "with manifest.json")
      .option("--out <folder>", "where the module goes; build in the processor's folder without")
      .option("--names", "keep function names, for profilers")
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { buildProcessor, sha256Hex } =
            require("@fogwot/wasm") as typeof import("@fogwot/wasm");
          const { onProcessors } =
            require("../../../processors/processor-failure") as typeof Failures;
          const { outputFolder } =
            require("../../../processors/publish-processor") as typeof Publishing;
          const folder = args[0] ?? "";
          const { manifest, wasm, compiledBytes } = await onProcessors(() =>
            buildProcessor({ folder, keepNames: options.names === true, signal }),
          );
          const out = options.out ?? outputFolder(folder);
          const file = path.join(out, `${manifest.name}.wasm`);
          fs.mkdirSync(out, { recursive: true });
          fs.writeFileSync(file, wasm);
          output.line(
            `${file}: ${wasm.length} bytes, ${compiledBytes} before metering; not signed`,
          );
          output.result({ file, bytes: wasm.length, compiledBytes, sha256: sha256Hex(wasm) });
          return 0;
        }),
      );
  },
};
