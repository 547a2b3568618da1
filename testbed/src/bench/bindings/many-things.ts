import { startBrokerProcess } from "../../programs/start-broker";
import { type BenchProcesses, benchProgram } from "../bench-processes";
import { type CompareOptions, type Comparison, type Competitor, compare } from "../compare";
import type { ThingsConfig, ThingsReport } from "../programs/things";

const FEW = "few";
const MANY = "many";
/** The same process, asked for as few Things as the other one has. */
const CONTROL = "many, few asked";
const FEW_THINGS = 10;
/** V8 goes on compiling what it handles for seconds; ten and a thousand Things are not as far then. */
const WARM_UP_MS = 4_000;
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
  /** The same by the server's CPU time a request, which the load's own speed does not change. */
  readonly cpuRatio: Readonly<Record<string, number | null>>;
  /**
   * CPU time a request where of all these Things ten are asked: what is above 1 comes from how many
   * there are. What `cpuRatio` has beyond it comes from asking them all in turn, none of whose
   * objects are in the processor's caches any more.
   */
  readonly controlRatio: Readonly<Record<string, number | null>>;
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
      competitor(MANY, protocol, firstOf(many.report), brokerUrl, CONTROL),
    ];
    comparisons[protocol] = await compare(processes, competitors, {
      ...options,
      ...(options.rounds > 1 ? { warmUpMs: WARM_UP_MS } : {}),
    });
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
    controlRatio: each((one) => one.cpuRatio(CONTROL, FEW)),
    failed: Object.values(comparisons).reduce((sum, one) => sum + one.failedOf(MANY), 0),
  };
}

function firstOf({ urls: { http, coap }, mqtt, ...rest }: ThingsReport): ThingsReport {
  const few = <T>(all: readonly T[]): T[] => all.slice(0, FEW_THINGS);
  return { ...rest, urls: { http: few(http), coap: few(coap) }, mqtt: few(mqtt) };
}

function competitor(
  process: string,
  protocol: (typeof PROTOCOLS)[number],
  { urls, mqtt }: ThingsReport,
  brokerUrl: string,
  name = process,
): Competitor {
  if (protocol !== "mqtt") {
    return { name, process, load: { kind: protocol, urls: urls[protocol] } };
  }
  return {
    name,
    process,
    load: { kind: "mqtt", brokerUrl, topics: mqtt, qos: 0, payload: "" },
  };
}
