import { loadSite, type RunningServient } from "@fogwot/core";
import { openClient } from "../things/client";
import type { BenchmarkTrust } from "../wotpy/host";
import type { Variant } from "./variant";

/** A client Servient of each implementation that the variants name. */
export interface Clients {
  of(variant: Variant): RunningServient;
  stop(): Promise<void>;
}

/** A client may wait longer than the Thing, so that the Thing's own error is what is seen. */
export const CLIENT_MARGIN_MS = 500;

export async function openClients(
  siteFile: string,
  variants: readonly Variant[],
  timeoutMs: number,
  token: string,
  trust: BenchmarkTrust = {},
): Promise<Clients> {
  const site = loadSite(siteFile);
  const clients = new Map<Variant["implementation"], RunningServient>();
  for (const implementation of new Set(variants.map((one) => one.implementation))) {
    const stock = implementation === "stock";
    const client = await openClient(timeoutMs + CLIENT_MARGIN_MS, { stock, site, token, trust });
    clients.set(implementation, client);
  }
  return {
    of: ({ implementation }) => clients.get(implementation) as RunningServient,
    async stop() {
      await Promise.all([...clients.values()].map((client) => client.stop()));
    },
  };
}
