import { startBrokerProcess } from "../../programs/start-broker";
import { type BenchProcesses, benchProgram } from "../bench-processes";
import { type CompareOptions, type Comparison, type Competitor, compare } from "../compare";
import type { ThingsConfig, ThingsReport } from "../programs/things";

const FEW = "few";
const MANY = "many";
const FEW_THINGS = 10;
const PROTOCOLS = ["http", "coap", "mqtt"] as const;

export interface ManyThings {
  readonly things: number;
  /** From the start of the process to the last Thing exposed over all three bindings. */
  readonly startMs: number;
  /** The part of it that produces and exposes. */
  readonly exposeMs: number;
  readonly residentMb: number;
  /** The same of ten Things. */
  readonly few: { readonly startMs: number; readonly residentMb: number };
  /** Cost of one request, as a multiple of what it is with ten Things; by binding. */
  readonly costRatio: Readonly<Record<string, number | null>>;
  readonly cpuRatio: Readonly<Record<string, number | null>>;
  readonly failed: number;
}

/** Device Things over HTTP, CoAP and MQTT at once; requests go to all of them in turn. */
export async function measureManyThings(
  processes: BenchProcesses,
  things: number,
  options: CompareOptions,
): Promise<ManyThings> {
  const brokerUrl = await startBrokerProcess(processes, "things-broker");
  const start = async (name: string, devices: number) => {
    const { report } = await processes.start<ThingsConfig, ThingsReport>(
      name,
      benchProgram("programs/things"),
      {
        implementation: "own",
        things: { devices, prefix: name },
        bindings: ["http", "coap"],
        brokerUrl,
      },
    );
    return { report, startMs: report.startMs, residentMb: processes.residentMb(name) };
  };
  const few = await start(FEW, FEW_THINGS);
  const many = await start(MANY, things);
  const comparisons: Record<string, Comparison> = {};
  for (const protocol of PROTOCOLS) {
    const competitors = [
      competitor(FEW, protocol, few.report, brokerUrl),
      competitor(MANY, protocol, many.report, brokerUrl),
    ];
    comparisons[protocol] = await compare(processes, competitors, options);
  }
  const each = (value: (comparison: Comparison) => number | null) =>
    Object.fromEntries(Object.entries(comparisons).map(([name, one]) => [name, value(one)]));
  return {
    things,
    startMs: many.startMs,
    exposeMs: many.report.exposeMs,
    // After the load: what it has grown to, not what it began with.
    residentMb: Math.max(many.residentMb, processes.residentMb(MANY)),
    few: { startMs: few.startMs, residentMb: few.residentMb },
    costRatio: each((one) => one.rateRatio(FEW, MANY)),
    cpuRatio: each((one) => one.cpuRatio(MANY, FEW)),
    failed: Object.values(comparisons).reduce((sum, one) => sum + one.failedOf(MANY), 0),
  };
}

function competitor(
  name: string,
  protocol: (typeof PROTOCOLS)[number],
  { urls, mqtt }: ThingsReport,
  brokerUrl: string,
): Competitor {
  if (protocol !== "mqtt") {
    return { name, process: name, load: { kind: protocol, urls: urls[protocol] } };
  }
  return {
    name,
    process: name,
    load: { kind: "mqtt", brokerUrl, topics: mqtt, qos: 0, payload: "" },
  };
}
