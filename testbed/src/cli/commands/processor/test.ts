import type { TestReport } from "@fogwot/wasm";
import type * as Failures from "../../../processors/processor-failure";
import type * as Testing from "../../../processors/test-command";
import type { CommandModule } from "../../command-line";
import type { Output } from "../../output";

interface Options {
  record?: boolean;
}

const MOST_FAILURES = 20;

export const command: CommandModule = {
  summary: "run a processor's vectors on V8, and on its twin where there is one",
  configure(command, action) {
    command
      .argument("<folder>", "with manifest.json and test/vectors.json")
      .option("--record", "write what every step comes to into the vectors")
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { onProcessors } =
            require("../../../processors/processor-failure") as typeof Failures;
          const { record, test } = require("../../../processors/test-command") as typeof Testing;
          const folder = args[0] ?? "";
          const changed = options.record
            ? await onProcessors(() => record(folder, signal))
            : undefined;
          const report = await onProcessors(() => test(folder, signal));
          print(output, report, changed);
          output.result({ ...report, ...(changed === undefined ? {} : { recorded: changed }) });
          return report.failures.length === 0 ? 0 : 1;
        }),
      );
  },
};

function print(output: Output, report: TestReport, changed: number | undefined): void {
  const { failures, fuel, nsPerCall } = report;
  if (changed !== undefined)
    output.line(`${changed} steps recorded: look at them before you keep them`);
  for (const { vector, step, on, got, wanted } of failures.slice(0, MOST_FAILURES)) {
    output.line(`not ok  ${vector}, ${step < 0 ? "config" : `step ${step}`}, on ${on}`);
    output.line(`        got    ${JSON.stringify(got)}`);
    output.line(`        wanted ${JSON.stringify(wanted)}`);
  }
  if (failures.length > MOST_FAILURES) output.line(`… ${failures.length - MOST_FAILURES} more`);
  const twin = report.hasTwin ? ", on V8 and on its twin" : ", on V8; there is no twin.ts";
  output.line(
    `${report.name}: ${report.vectors} vectors, ${report.steps} steps${twin}: ${failures.length} failed`,
  );
  output.line(`${report.bytes} bytes signed, ${report.compiledBytes} as compiled`);
  output.line(`fuel ${fuel.least} to ${fuel.most} units a call, ${fuel.perCall} allowed`);
  if (nsPerCall !== null) output.line(`${Math.round(nsPerCall)} ns a call here, on average`);
}
