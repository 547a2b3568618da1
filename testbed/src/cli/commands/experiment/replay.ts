import type * as Replay from "../../../experiments/replay/replay";
import type * as Source from "../../../experiments/replay/source";
import type { CommandModule } from "../../command-line";
import { collectParameter, parseInteger, parseMilliseconds } from "../../options";
import { textTable } from "../../text-table";
import { wrongUse } from "../../wrong-use";

interface Options {
  policy: string[];
  param?: Record<string, unknown>;
  log?: string;
  run?: string;
  seed?: number;
  seeds: number;
  nearest: number;
  m?: number;
  timeout?: number;
}

export const command: CommandModule = {
  summary: "let other policies meet a recorded run: of a live site, or of an experiment",
  configure(command, action) {
    command
      .argument("<file>", "CSV of `fogwot export`, or output folder of an experiment")
      .option(
        "--policy <name>",
        "name, path or npm package; more than once",
        (text: string, before: string[]) => [...before, text],
        [],
      )
      .option("--param <name=value>", "of the policies", collectParameter)
      .option("--log <policy>", "whose runs are replayed")
      .option("--run <id>", "one run of a live site only")
      .option("--seed <seed>", "one seed only", parseInteger(0, 2_000_000_000))
      .option("--seeds <count>", "resamplings of what was not asked", parseInteger(1, 10_000), 10)
      .option(
        "--nearest <count>",
        "recorded outcomes around a slot to draw from",
        parseInteger(1, 10_000),
        20,
      )
      .option("--m <count>", "devices per slot (default: as recorded)", parseInteger(1, 1_000_000))
      .option("--timeout <time>", "t_timeout of a live run", parseMilliseconds)
      .action(
        action<Options>(async ({ output, args, options }) => {
          const { readLogs } = require("../../../experiments/replay/source") as typeof Source;
          const { REPLAY_MERITS, replay } =
            require("../../../experiments/replay/replay") as typeof Replay;
          const { policy, param, log, run, seed, seeds, nearest, m, timeout } = options;
          if (policy.length === 0) throw wrongUse("replay: wanted --policy NAME");
          const logs = await readLogs({
            from: args[0] ?? "",
            ...(timeout !== undefined && { timeoutMs: timeout }),
            ...(log !== undefined && { policy: log }),
            ...(run !== undefined && { run }),
            ...(seed !== undefined && { seed }),
          });
          const policies = policy.map((name) => ({
            policy: name,
            ...(param && { parameters: param }),
          }));
          const rows = replay({ logs, policies, seeds, nearest, ...(m !== undefined && { m }) });
          const header = [
            "policy",
            ...REPLAY_MERITS.map(({ title, unit }) => `${title} (${unit})`),
          ];
          const lines = rows.map(({ policy: name, merits }) => [
            name,
            ...REPLAY_MERITS.map((merit) => merits[merit.name]?.value.toFixed(merit.digits) ?? "–"),
          ]);
          for (const line of textTable([header, ...lines])) output.line(line);
          output.note(
            `Where a device was not asked, one of the ${nearest} recorded outcomes around stands for it: ` +
              "links answer the same whoever asks, and change more slowly than the log looks at them.",
          );
          output.result({ rows });
          return 0;
        }),
      );
  },
};
