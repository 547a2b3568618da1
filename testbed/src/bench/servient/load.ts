import { type Program, runProgram } from "@fogwot/core";
import { coapLoad } from "./coap-load";
import { httpLoad } from "./http-load";

/** The child process that makes the load: as many requests in flight as asked for. */
export interface LoadRequest {
  readonly url: string;
  readonly inFlight: number;
  readonly durationMs: number;
}

export interface LoadResult {
  readonly answered: number;
  readonly failed: number;
  readonly elapsedMs: number;
}

const program: Program<null, null> = {
  start: async () => ({
    report: null,
    stop: async () => undefined,
    onMessage: (message) => {
      const request = message as LoadRequest;
      return request.url.startsWith("coap:") ? coapLoad(request) : httpLoad(request);
    },
  }),
};

runProgram("testbed:bench-load", program);
