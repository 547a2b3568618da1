import { type Program, runProgram } from "@fogwot/core";
import { coapLoad } from "./coap-load";
import { httpLoad } from "./http-load";
import { type MqttConsumerLoadRequest, mqttConsumerLoad } from "./mqtt-consumer-load";
import { type MqttLoadRequest, mqttLoad } from "./mqtt-load";

interface Work {
  /** Kept up all the time. */
  readonly inFlight: number;
  readonly durationMs: number;
}

/** Reads properties, one URL after the other. */
export interface UrlLoadRequest extends Work {
  readonly kind: "http" | "coap";
  readonly urls: readonly string[];
  /** Of HTTP requests. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the child process that makes the load is asked for. */
export type LoadRequest =
  | UrlLoadRequest
  | (Work & MqttLoadRequest)
  | (Work & MqttConsumerLoadRequest);

export interface LoadResult {
  readonly answered: number;
  readonly failed: number;
  readonly elapsedMs: number;
  /** Median time to an answer, where it was taken. */
  readonly p50Ms?: number;
}

const LOADS = {
  http: httpLoad,
  coap: coapLoad,
  mqtt: mqttLoad,
  "mqtt-consumer": mqttConsumerLoad,
} as const;

const program: Program<null, null> = {
  start: async () => ({
    report: null,
    stop: async () => undefined,
    onMessage: (message) => {
      const request = message as LoadRequest;
      return LOADS[request.kind](request as never);
    },
  }),
};

runProgram("testbed:bench-load", program);
