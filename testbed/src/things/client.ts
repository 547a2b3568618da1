import {
  brokerLogins,
  type RunningServient,
  type ServientOptions,
  type Site,
  startServient,
} from "@fogwot/core";
import { operatorClient } from "../site-run/site-client";

export interface ClientOptions {
  /** node-wot's own clients. @default false */
  readonly stock?: boolean;
  readonly site?: Site;
  /** Of the running site. */
  readonly token?: string;
  /** Of servers that are not the site's; instead of what a secured site wants. */
  readonly trust?: Pick<ServientOptions, "tls" | "credentials">;
}

/**
 * A Servient in the client role for all three bindings: ours, or node-wot's own as a baseline.
 * With a site it knows the credentials of the site's broker, with the token of a run also those of a
 * secured site. Close it with `stop()`.
 */
export function openClient(
  requestTimeoutMs: number,
  { stock = false, site, token, trust = {} }: ClientOptions = {},
): Promise<RunningServient> {
  return startServient({
    name: "fogwot",
    clients: ["http", "coap", "mqtt"],
    requestTimeoutMs,
    stockClients: stock,
    ...(site ? { brokers: brokerLogins(site) } : {}),
    ...(site && token !== undefined ? operatorClient(site, token) : {}),
    ...trust,
  });
}
