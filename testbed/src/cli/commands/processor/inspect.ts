import * as fs from "node:fs";
import * as path from "node:path";
import type * as Inspecting from "../../../processors/inspect-module";
import type * as Failures from "../../../processors/processor-failure";
import type { CommandModule } from "../../command-line";
import { wrongUse } from "../../wrong-use";

export const command: CommandModule = {
  summary: "what stands in a module: sections, imports, exports, memory, fuel, signature",
  configure(command, action) {
    command.argument("<target>", "a .wasm, or a processor's folder that is built").action(
      action(async ({ output, args }) => {
        const { onProcessors } =
          require("../../../processors/processor-failure") as typeof Failures;
        const { inspectModule, inspectionLines } =
          require("../../../processors/inspect-module") as typeof Inspecting;
        const inspection = await onProcessors(() => inspectModule(moduleOf(args[0] ?? "")));
        for (const line of inspectionLines(inspection)) output.line(line);
        output.result(inspection);
        return 0;
      }),
    );
  },
};

/** @throws UsageError */
function moduleOf(target: string): string {
  const { readProcessor } = require("@fogwot/wasm") as typeof import("@fogwot/wasm");
  const isFolder = fs.statSync(target, { throwIfNoEntry: false })?.isDirectory() === true;
  const file = isFolder
    ? path.join(target, "build", `${readProcessor(target).manifest.name}.wasm`)
    : target;
  if (fs.existsSync(file)) return file;
  throw wrongUse(`${file} is not there; make it with: fogwot processor build ${target}`);
}
