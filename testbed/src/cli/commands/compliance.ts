import { Option } from "commander";
import type * as Matrix from "../../compliance/matrix";
import type { Binding } from "../../compliance/pair";
import type * as Readme from "../../compliance/readme";
import type * as Table from "../../compliance/table";
import type { CommandModule } from "../command-line";
import { parseNames } from "../options";
import { wrongUse } from "../wrong-use";

interface Options {
  binding: Binding[];
  stock?: true;
  role?: "server" | "client";
  readme?: true;
}

const BINDINGS: Binding[] = ["http", "coap", "mqtt"];

export const command: CommandModule = {
  summary: "try every operation over every binding, with node-wot's own beside it",
  configure(command, action) {
    command
      .option("--binding <names>", "some of http,coap,mqtt", parseNames(BINDINGS), BINDINGS)
      .option("--stock", "node-wot's own bindings too, each cell in a process of its own")
      .addOption(
        new Option("--role <role>", "only our server, or client, with node-wot's counterpart")
          .choices(["server", "client"])
          .conflicts("stock"),
      )
      .option("--readme", "write the table into README.md: every binding, ours and node-wot's")
      .action(
        action<Options>(async ({ output, options, signal }) => {
          const { SIDES, runOwn, runTrials } = require("../../compliance/matrix") as typeof Matrix;
          const { markdownTable } = require("../../compliance/table") as typeof Table;
          const { role, readme = false } = options;
          if (readme && (role || options.binding.length < BINDINGS.length)) {
            throw wrongUse("--readme needs every binding, and no --role");
          }
          const bindings = BINDINGS.filter((one) => options.binding.includes(one));
          let done = 0;
          const onVerdict = ({ binding, row }: Matrix.Verdict): void => {
            output.progress(`${++done} cells of the matrix: ${binding} ${row}`);
          };
          const run = { bindings, signal, onVerdict };
          const verdicts = role ? await runTrials(SIDES[role], run) : await runOwn(run);
          if (options.stock || readme) verdicts.push(...(await runTrials(SIDES.stock, run)));
          output.endProgress();
          output.line(markdownTable(verdicts));
          const failures = ownFailures(verdicts);
          for (const line of failures) output.note(line);
          if (readme && !signal.aborted) {
            const { writeReadmeTable } = require("../../compliance/readme") as typeof Readme;
            writeReadmeTable(markdownTable(verdicts));
          }
          output.result({ passed: failures.length === 0, verdicts });
          return failures.length === 0 && !signal.aborted ? 0 : 1;
        }),
      );
  },
};

/** What does not hold where one side at least is ours. */
function ownFailures(verdicts: readonly Matrix.Verdict[]): string[] {
  return verdicts
    .filter(({ server, client }) => server === "own" || client === "own")
    .flatMap(({ binding, failures }) =>
      failures.map(({ claim, reason }) => `${binding}: ${claim}: ${reason}`),
    );
}
