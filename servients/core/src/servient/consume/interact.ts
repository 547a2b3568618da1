import type { ProtocolClient } from "@node-wot/core";
import {
  abortable,
  type InteractionLimits,
  type LimitedClient,
  takesLimits,
} from "../../bindings/limits";
import { InteractionTimeoutError } from "../../errors";

/**
 * One call of a client within limits. Our clients keep them themselves; of one of another maker only
 * the waiting ends, since nothing of it can be broken off.
 */
export function interact<T>(
  client: ProtocolClient,
  href: string,
  limits: InteractionLimits,
  call: (client: LimitedClient) => Promise<T>,
): Promise<T> {
  const limited = client as LimitedClient;
  if (takesLimits(client)) return call(limited);
  const { signal, timeoutMs } = limits;
  return abortable(href, signal, () => within(href, timeoutMs, call(limited)));
}

async function within<T>(
  href: string,
  timeoutMs: number | undefined,
  work: Promise<T>,
): Promise<T> {
  if (timeoutMs === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new InteractionTimeoutError(href, timeoutMs)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
