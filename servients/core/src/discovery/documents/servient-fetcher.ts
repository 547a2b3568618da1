import type { ProtocolClient } from "@node-wot/core";
import { InteractionTimeoutError } from "../../errors";
import type { Fetcher } from "./fetcher";

/** What is needed of a node-wot Servient. */
export interface ClientSource {
  getClientFor(scheme: string): ProtocolClient;
  /** Credentials by Thing id, or by origin. */
  retrieveCredentials?(identifier: string): unknown[] | undefined;
}

/**
 * Fetches with a Servient's own clients, so over every protocol that it speaks, CoAP among them. The
 * client's own time-out and limits hold besides.
 */
export function fetchWith(servient: ClientSource): Fetcher {
  return async ({ url, timeoutMs, signal }) => {
    const { protocol, pathname } = new URL(url);
    const client = servient.getClientFor(protocol.slice(0, -1));
    const isLinks = pathname === "/.well-known/core";
    const form = { href: url, contentType: "application/link-format" };
    const request = isLinks ? client.readResource(form) : client.requestThingDescription(url);
    const content = await withLimit(request, url, timeoutMs, signal);
    return {
      url,
      type: content.type.split(";")[0]?.trim().toLowerCase() ?? "",
      body: await content.toBuffer(),
      links: [],
    };
  };
}

function withLimit<T>(
  work: Promise<T>,
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<T> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const both = AbortSignal.any([timeout, signal]);
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(timeout.aborted ? new InteractionTimeoutError(url, timeoutMs) : signal.reason);
    };
    if (both.aborted) stop();
    both.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => both.removeEventListener("abort", stop));
  });
}
