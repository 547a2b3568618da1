import { brokerLogins, type RunningServient, type Site, startServient } from "@fogwot/core";

/**
 * A Servient in the client role for all three bindings: ours, or node-wot's own as a baseline.
 * With a site it knows the credentials of the site's broker. Close it with `stop()`.
 */
export function openClient(
  requestTimeoutMs: number,
  { stock = false, site }: { readonly stock?: boolean; readonly site?: Site } = {},
): Promise<RunningServient> {
  return startServient({
    name: "fogwot",
    clients: ["http", "coap", "mqtt"],
    requestTimeoutMs,
    stockClients: stock,
    ...(site ? { brokers: brokerLogins(site) } : {}),
  });
}
