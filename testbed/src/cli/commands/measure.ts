import type * as Network from "../../emulation/network";
import type * as Measure from "../../measure/measure";
import type * as Table from "../../measure/table";
import type { Qos } from "../../measure/variant";
import type * as WotpyFormats from "../../measure/wotpy/formats";
import type * as Wotpy from "../../measure/wotpy/measure-wotpy";
import type * as FindSite from "../../site-run/find-site";
import type { CommandModule, Invocation } from "../command-line";
import { parseInteger, parseMilliseconds, parseNames, parsePositive } from "../options";
import type { Output } from "../output";
import { wrongUse } from "../wrong-use";

interface Options {
  bindings: ("http" | "coap" | "mqtt")[];
  requests: number;
  timeout: number;
  network?: string;
  seed: number;
  stock?: true;
  tls?: true;
  con?: true;
  non?: true;
  qos?: `${Qos}`[];
  payload?: number;
  wotpy?: true;
  batches: number;
  parallel?: number;
  rate: number;
  events: number;
  lambd: number;
  out?: string;
  annotate?: true;
  ephemeral?: true;
  devices?: string[];
  unfiltered?: true;
  timeScale?: number;
}

const BINDINGS = ["http", "coap", "mqtt"] as const;
/** Round trips of a batch, at once. */
const WOTPY_PARALLEL = 10;

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
      .option("--tls", "with --payload, --wotpy: https, coaps+tcp and mqtts beside the clear ones")
      .option("--con", "CoAP with confirmable requests")
      .option("--non", "CoAP with non-confirmable requests")
      .option("--qos <levels>", "MQTT with each of 0,1,2", parseNames(["0", "1", "2"]))
      .option("--payload <bytes>", "echo so many instead of getData", parseInteger(2, 1_000_000))
      .option("--wotpy", "the benchmark of the WOTPY study instead of getData")
      .option("--batches <count>", "with --wotpy: of round trips", parseInteger(1, 100_000), 20)
      .option("--parallel <count>", "with --payload, --wotpy: at once", parseInteger(1, 1_000))
      .option("--rate <number>", "with --wotpy: reads a second", parsePositive(10_000), 50)
      .option("--events <count>", "with --wotpy: in the burst", parseInteger(1, 1_000_000), 200)
      .option("--lambd <number>", "with --wotpy: events a second", parsePositive(10_000), 100)
      .option("-o, --out <folder>", "write CSV, JSON and an HTML page with plots there")
      .option("--annotate", "write RTT and PDR into the measured forms, in the directory")
      .option("--ephemeral", "on a site started for this measurement alone")
      .option("--devices <ids>", "which, with commas; without it all", (text) => text.split(","))
      .option("--unfiltered", "also with packet filters off, as in the paper's Fig. 3(b)")
      .option("--time-scale <factor>", "of the links; implies --ephemeral", parsePositive(1_000))
      .action(action<Options>(run));
  },
};

async function run(invocation: Invocation<Options>): Promise<number> {
  const { options, signal } = invocation;
  const network = require("../../emulation/network") as typeof Network;
  if (options.network !== undefined && network.currentLeg() === undefined) {
    const profile = network.loadNetwork(options.network);
    const command = process.argv.slice(1);
    return network.runInside({ profile, seed: options.seed, command, signal });
  }
  if (options.wotpy && (options.annotate || options.payload !== undefined)) {
    throw wrongUse("measure --wotpy: asks its own Thing; not with --annotate or --payload");
  }
  return options.wotpy ? runWotpy(invocation) : runMeasure(invocation);
}

async function runMeasure({ output, args, options, signal }: Invocation<Options>): Promise<number> {
  const { measure } = require("../../measure/measure") as typeof Measure;
  const { tableLines } = require("../../measure/table") as typeof Table;
  const measured = await measure(
    {
      ...commonOptions(options, args),
      annotate: options.annotate === true,
      requests: options.requests,
      parallel: options.parallel ?? 1,
      unfiltered: options.unfiltered === true,
      ...(options.devices === undefined ? {} : { devices: options.devices }),
      ...(options.timeScale === undefined ? {} : { timeScale: options.timeScale }),
      ...(options.payload === undefined ? {} : { payloadBytes: options.payload }),
    },
    output,
    signal,
  );
  for (const line of tableLines(measured.rows)) output.line(line);
  if (options.annotate)
    output.line(`RTT and PDR stand in ${measured.annotatedForms} forms of the directory`);
  return finish({ ...measured }, output, signal);
}

async function runWotpy({ output, args, options, signal }: Invocation<Options>): Promise<number> {
  const { measureWotpy } = require("../../measure/wotpy/measure-wotpy") as typeof Wotpy;
  const { wotpyTableLines } = require("../../measure/wotpy/formats") as typeof WotpyFormats;
  const { rows, files } = await measureWotpy(
    {
      ...commonOptions(options, args),
      batches: options.batches,
      parallel: options.parallel ?? WOTPY_PARALLEL,
      perSecond: options.rate,
      events: options.events,
      lambd: options.lambd,
    },
    output,
    signal,
  );
  for (const line of wotpyTableLines(rows)) output.line(line);
  return finish({ rows, files }, output, signal);
}

function commonOptions(options: Options, args: readonly string[]) {
  const { findSiteFile } = require("../../site-run/find-site") as typeof FindSite;
  return {
    siteFile: findSiteFile(args[0]),
    bindings: options.bindings,
    timeoutMs: options.timeout,
    ephemeral: options.ephemeral === true,
    stock: options.stock === true,
    tls: options.tls === true,
    confirmable: [...(options.con ? [true] : []), ...(options.non ? [false] : [])],
    qos: (options.qos ?? []).map((level) => Number(level) as Qos),
    seed: options.seed,
    ...(options.out === undefined ? {} : { out: options.out }),
  };
}

function finish(
  result: { readonly files: readonly string[]; readonly [name: string]: unknown },
  output: Output,
  signal: AbortSignal,
): number {
  for (const file of result.files) output.line(`wrote ${file}`);
  output.result(result);
  return signal.aborted ? 1 : 0;
}
