import { type BenchProcesses, benchProgram } from "../bench-processes";
import { type CompareOptions, type Comparison, type Competitor, compare } from "../compare";
import type { FastifyReport } from "../programs/fastify";
import type { ThingsConfig, ThingsReport } from "../programs/things";

/** Names of what takes part. */
export const OWN = "ours";
export const STOCK = "node-wot's own";
export const OWN_SECURED = "ours, with credentials";
export const FASTIFY_SECURED = "bare Fastify, with credentials";

/**
 * Property reads of one Thing: over HTTP ours beside node-wot's own binding, and with credentials
 * (which node-wot's own cannot check as ours does) beside bare Fastify; over CoAP ours beside
 * node-wot's own. One server a process.
 */
export async function compareReads(
  processes: BenchProcesses,
  options: CompareOptions,
): Promise<{ readonly http: Comparison; readonly coap: Comparison }> {
  const simple = { things: "simple", bindings: ["http", "coap"] } as const;
  const start = (name: string, config: ThingsConfig) =>
    processes.start<ThingsConfig, ThingsReport>(name, benchProgram("programs/things"), config);
  const own = await start(OWN, { ...simple, implementation: "own" });
  const stock = await start(STOCK, { ...simple, implementation: "stock" });
  const secured = await start(OWN_SECURED, {
    ...simple,
    bindings: ["http"],
    implementation: "own",
    authenticates: true,
  });
  const fastify = await processes.start<null, FastifyReport>(
    FASTIFY_SECURED,
    benchProgram("programs/fastify"),
    null,
  );
  const http: Competitor[] = [
    competitor(OWN, "http", own.report.urls.http),
    competitor(STOCK, "http", stock.report.urls.http),
    competitor(OWN_SECURED, "http", secured.report.urls.http, {
      Authorization: secured.report.authorization ?? "",
    }),
    competitor(FASTIFY_SECURED, "http", [fastify.report.url], {
      Authorization: fastify.report.authorization,
    }),
  ];
  const coap = [
    competitor(OWN, "coap", own.report.urls.coap),
    competitor(STOCK, "coap", stock.report.urls.coap),
  ];
  return {
    http: await compare(processes, http, options),
    coap: await compare(processes, coap, options),
  };
}

function competitor(
  name: string,
  kind: "http" | "coap",
  urls: readonly string[],
  headers?: Readonly<Record<string, string>>,
): Competitor {
  return { name, process: name, load: { kind, urls, ...(headers ? { headers } : {}) } };
}
