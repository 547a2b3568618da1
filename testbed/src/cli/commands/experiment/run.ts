import type * as Load from "../../../experiments/load-experiment";
import type * as Run from "../../../experiments/run-experiment";
import type { RunState, RunSummary } from "../../../experiments/run-folder";
import type { CommandModule } from "../../command-line";
import { parseInteger } from "../../options";
import type { Output } from "../../output";

interface Options {
  channel?: string;
  seeds?: number;
  out?: string;
  jobs?: number;
}

export const command: CommandModule = {
  summary: "run the policies of an experiment file in virtual time; goes on where it was stopped",
  configure(command, action) {
    command
      .argument(
        "<file>",
        "an experiment file, or the name of a shipped one (fogwot experiment list)",
      )
      .option("--channel <file>", "another channel than the file's")
      .option("--seeds <count>", "another number of seeds", parseInteger(1, 1_000_000))
      .option("--out <folder>", "where results go (default: ./<name>-<hash of configuration>)")
      .option("--jobs <threads>", "threads (default: one per core)", parseInteger(1, 256))
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { loadExperiment } = require("../../../experiments/load-experiment") as typeof Load;
          const { runExperiment } = require("../../../experiments/run-experiment") as typeof Run;
          const { channel, seeds, out, jobs } = options;
          const experiment = loadExperiment(args[0] ?? "", {
            ...(channel !== undefined && { channel }),
            ...(seeds !== undefined && { seeds }),
          });
          const { folder, state, withoutParquet } = await runExperiment({
            experiment,
            signal,
            ...(out !== undefined && { folder: out }),
            ...(jobs !== undefined && { threads: jobs }),
            onProgress: ({ done, seeds: all }) => output.progress(`${done} of ${all} seeds`),
          });
          output.endProgress();
          const faults = tell(output, state);
          output.line(`${state.outcomes?.rows} rows in ${folder}`);
          if (withoutParquet !== undefined) output.note(`no outcomes.parquet: ${withoutParquet}`);
          const { run, hash, outcomes } = state;
          output.result({ folder, run, hash, outcomes, policies: figures(state), faults });
          return faults.length > 0 ? 1 : 0;
        }),
      );
  },
};

interface Fault {
  readonly policy: string;
  readonly seed: number;
  readonly slot: number;
  readonly fault: string;
}

function tell(output: Output, state: RunState): Fault[] {
  output.line("policy       seeds  requests        PDR   RTT ms");
  for (const { policy, seeds, requests, pdr, rttMs } of figures(state)) {
    const columns = [
      policy.padEnd(12),
      String(seeds).padStart(5),
      String(requests).padStart(9),
      (pdr?.toFixed(4) ?? "").padStart(10),
      (rttMs?.toFixed(2) ?? "").padStart(8),
    ];
    output.line(columns.join(" "));
  }
  const faults = (state.runs ?? []).flatMap(faultsOf);
  for (const { policy, seed, slot, fault } of faults.slice(0, 5)) {
    output.note(`${policy}, seed ${seed}: ended in slot ${slot}: ${fault}`);
  }
  if (faults.length > 5) output.note(`… and ${faults.length - 5} more: see experiment.json`);
  return faults;
}

function faultsOf({ policy, seed, events }: RunSummary): Fault[] {
  return events
    .filter(({ kind }) => kind === "policy-fault")
    .map(({ slot, detail }) => ({ policy, seed, slot, fault: String(detail.fault) }));
}

/** Means over all of a policy's requests. */
function figures({ runs = [] }: RunState) {
  const labels = [...new Set(runs.map(({ policy }) => policy))];
  return labels.map((policy) => {
    const own = runs.filter((run) => run.policy === policy);
    const sum = (of: (run: RunSummary) => number) => own.reduce((all, run) => all + of(run), 0);
    const requests = sum((run) => run.requests);
    const replies = sum((run) => run.replies);
    const pdr = requests > 0 ? replies / requests : null;
    const rttMs = replies > 0 ? sum((run) => run.sumRttMs) / replies : null;
    return { policy, seeds: own.length, requests, pdr, rttMs };
  });
}
