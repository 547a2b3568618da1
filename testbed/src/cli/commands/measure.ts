import type * as Network from "../../emulation/network";
import type * as Measure from "../../measure/measure";
import type * as Table from "../../measure/table";
import type { Qos } from "../../measure/variant";
import type * as FindSite from "../../site-run/find-site";
import type { CommandModule, Invocation } from "../command-line";
import { parseInteger, parseMilliseconds, parseNames } from "../options";

interface Options {
  bindings: ("http" | "coap" | "mqtt")[];
  requests: number;
  timeout: number;
  network?: string;
  seed: number;
  stock?: true;
  con?: true;
  non?: true;
  qos?: `${Qos}`[];
  payload?: number;
  parallel: number;
  out?: string;
  ephemeral?: true;
}

const BINDINGS = ["http", "coap", "mqtt"] as const;

export const command: CommandModule = {
  summary: "measure RTT and PDR of every device over HTTP, CoAP and MQTT",
  configure(command, action) {
    command
      .argument("[site]", "as for `fogwot up`")
      .option("--binding, --bindings <names>", "which, with commas", parseNames(BINDINGS), [
        ...BINDINGS,
      ])
      .option("--requests <count>", "per device and variant", parseInteger(1, 1_000_000), 200)
      .option("--timeout <time>", "a later answer is a loss", parseMilliseconds, 500)
      .option("--network <name>", "a leg of its own between fog node and server; root only")
      .option("--seed <number>", "of the losses", parseInteger(0, 2 ** 32 - 1), 1)
      .option("--stock", "node-wot's own client and server beside ours")
      .option("--con", "CoAP with confirmable requests")
      .option("--non", "CoAP with non-confirmable requests")
      .option("--qos <levels>", "MQTT with each of 0,1,2", parseNames(["0", "1", "2"]))
      .option("--payload <bytes>", "echo so many instead of getData", parseInteger(2, 1_000_000))
      .option("--parallel <count>", "with --payload: at the same time", parseInteger(1, 1_000), 1)
      .option("-o, --out <folder>", "write CSV, JSON and an HTML page with plots there")
      .option("--ephemeral", "on a site started for this measurement alone")
      .action(action<Options>(run));
  },
};

async function run(invocation: Invocation<Options>): Promise<number> {
  const { output, args, options, signal } = invocation;
  const network = require("../../emulation/network") as typeof Network;
  if (options.network !== undefined && network.currentLeg() === undefined) {
    const profile = network.loadNetwork(options.network);
    const command = process.argv.slice(1);
    return network.runInside({ profile, seed: options.seed, command, signal });
  }
  const { findSiteFile } = require("../../site-run/find-site") as typeof FindSite;
  const { measure } = require("../../measure/measure") as typeof Measure;
  const { tableLines } = require("../../measure/table") as typeof Table;
  const { rows, files } = await measure(
    {
      siteFile: findSiteFile(args[0]),
      bindings: options.bindings,
      requests: options.requests,
      timeoutMs: options.timeout,
      ephemeral: options.ephemeral === true,
      stock: options.stock === true,
      confirmable: [...(options.con ? [true] : []), ...(options.non ? [false] : [])],
      qos: (options.qos ?? []).map((level) => Number(level) as Qos),
      parallel: options.parallel,
      seed: options.seed,
      ...(options.payload === undefined ? {} : { payloadBytes: options.payload }),
      ...(options.out === undefined ? {} : { out: options.out }),
    },
    output,
    signal,
  );
  for (const line of tableLines(rows)) output.line(line);
  for (const file of files) output.line(`wrote ${file}`);
  output.result({ rows, files });
  return signal.aborted ? 1 : 0;
}
