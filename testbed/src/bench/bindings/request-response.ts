import { startBrokerProcess } from "../../programs/start-broker";
import { type BenchProcesses, benchProgram } from "../bench-processes";
import { type CompareOptions, type Comparison, compare } from "../compare";
import type { EchoConfig, EchoReport } from "../programs/echo";
import type { ThingsConfig, ThingsReport } from "../programs/things";

export const MASHUP = "our client and Thing";
export const ECHO = "bare mqtt.js echo";

const INPUT = 42;

/** Where and how requests are made. */
export interface RequestSetting {
  /** @default the embedded broker, in a process of its own */
  readonly brokerUrl?: string;
  /** @default the binding's own */
  readonly requestQos?: 0 | 1;
}

/**
 * An action invoked over MQTT as a mash-up does it, Scripting API at both ends, beside bare mqtt.js
 * that echoes to bare mqtt.js; one broker, one QoS.
 */
export async function compareRequests(
  processes: BenchProcesses,
  options: CompareOptions,
  { requestQos, ...setting }: RequestSetting = {},
): Promise<{ readonly all: Comparison; readonly single: Comparison; readonly qos: number }> {
  const brokerUrl = setting.brokerUrl ?? (await startBrokerProcess(processes, "broker"));
  const own = await processes.start<ThingsConfig, ThingsReport>(
    MASHUP,
    benchProgram("programs/things"),
    {
      implementation: "own",
      things: "simple",
      bindings: [],
      brokerUrl,
      ...(requestQos === undefined ? {} : { requestQos }),
    },
  );
  const { td } = own.report;
  const qos = invokeQos(td);
  const echo = await processes.start<EchoConfig, EchoReport>(ECHO, benchProgram("programs/echo"), {
    brokerUrl,
    qos,
  });
  const { topics } = echo.report;
  const competitors = [
    {
      name: MASHUP,
      process: MASHUP,
      load: { kind: "mqtt-consumer", td, action: "echo", input: INPUT },
    },
    {
      name: ECHO,
      process: ECHO,
      load: { kind: "mqtt", brokerUrl, topics: [topics], qos, payload: `${INPUT}` },
    },
  ] as const;
  return {
    all: await compare(processes, competitors, options),
    single: await compare(processes, competitors, { ...options, inFlight: 1 }),
    qos,
  };
}

/** The QoS that the Thing's form names, for both. */
function invokeQos(td: object): 0 | 1 | 2 {
  const { actions } = td as { actions: { echo: { forms: Record<string, unknown>[] } } };
  return Number(actions.echo.forms[0]?.["mqv:qos"] ?? 0) as 0 | 1 | 2;
}
