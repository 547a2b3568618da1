import { type RunningServient, startServient } from "@fogwot/core";

/**
 * A Servient in the client role for all three bindings: ours, or node-wot's own as a baseline.
 * Close it with `stop()`.
 */
export function openClient(
  requestTimeoutMs: number,
  { stock = false }: { readonly stock?: boolean } = {},
): Promise<RunningServient> {
  return startServient({
    name: "fogwot",
    clients: ["http", "coap", "mqtt"],
    requestTimeoutMs,
    stockClients: stock,
  });
}
