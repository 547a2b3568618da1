import type * as Evaluate from "../../../experiments/replay/evaluate";
import type * as Source from "../../../experiments/replay/source";
import type { CommandModule } from "../../command-line";
import { collectParameter, parseInteger, parseMilliseconds } from "../../options";
import { textTable } from "../../text-table";

interface Options {
  policy?: string;
  devices?: string;
  random?: true;
  param?: Record<string, unknown>;
  log?: string;
  run?: string;
  seed?: number;
  timeout?: number;
}

export const command: CommandModule = {
  summary: "estimate a policy's value from the log of another, without running it (IPS, SNIPS, DR)",
  configure(command, action) {
    command
      .argument("<file>", "CSV of `fogwot export`, or output folder of an experiment")
      .option("--policy <name>", "the target: a policy that learns from the log")
      .option("--devices <ids>", "or always these devices, with commas between")
      .option("--random", "or any devices at random")
      .option("--param <name=value>", "of the policy", collectParameter)
      .option("--log <policy>", "whose runs are read: P1, P2, P3, any that explores")
      .option("--run <id>", "one run of a live site only")
      .option("--seed <seed>", "one seed only", parseInteger(0, 2_000_000_000))
      .option("--timeout <time>", "t_timeout of a live run", parseMilliseconds)
      .action(
        action<Options>(async ({ output, args, options }) => {
          const { readLogs } = require("../../../experiments/replay/source") as typeof Source;
          const { evaluate } = require("../../../experiments/replay/evaluate") as typeof Evaluate;
          const { policy, devices, random, param, log, run, seed, timeout } = options;
          const logs = await readLogs({
            from: args[0] ?? "",
            ...(timeout !== undefined && { timeoutMs: timeout }),
            ...(log !== undefined && { policy: log }),
            ...(run !== undefined && { run }),
            ...(seed !== undefined && { seed }),
          });
          const value = evaluate({
            logs,
            ...(policy !== undefined && { policy }),
            ...(devices !== undefined && { devices: devices.split(",") }),
            ...(random && { random }),
            ...(param && { parameters: param }),
          });
          output.line(
            `${value.target}, from ${logs.length} run(s) of ${logs[0]?.policy}, ${value.slots} slots; as good as ${value.effectiveRequests.toFixed(0)} requests of its own`,
          );
          const rows = (["ips", "snips", "dr"] as const).map((name) => [
            name.toUpperCase(),
            ...[value.pdr[name], value.costMs[name]].map((estimate, index) => {
              const [middle, low, high] = [estimate.value, estimate.low, estimate.high].map((one) =>
                one.toFixed(index === 0 ? 3 : 1),
              );
              return `${middle} (${low} … ${high})`;
            }),
          ]);
          for (const line of textTable([["", "PDR", "cost (ms)"], ...rows])) output.line(line);
          output.result({ ...value });
          return 0;
        }),
      );
  },
};
