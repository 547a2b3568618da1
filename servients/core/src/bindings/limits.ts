import type { Content, Form, ProtocolClient } from "@node-wot/core";
import { InteractionAbortedError } from "../errors";
import type { Subscription } from "./subscription";

/** What bounds one interaction besides the client's own time-out. */
export interface InteractionLimits {
  /** Gives the interaction up: it rejects at once with an InteractionAbortedError. */
  readonly signal?: AbortSignal | undefined;
  /** Longest wait, ms, instead of the client's. */
  readonly timeoutMs?: number | undefined;
}

/**
 * What our clients are beyond node-wot's ProtocolClient: every call takes limits and leaves
 * nothing behind when they end it, and a subscription ends by itself, whoever else uses the client.
 */
export interface LimitedClient extends ProtocolClient {
  readonly takesLimits: true;
  readResource(form: Form, limits?: InteractionLimits): Promise<Content>;
  writeResource(form: Form, content: Content, limits?: InteractionLimits): Promise<void>;
  invokeResource(form: Form, content?: Content, limits?: InteractionLimits): Promise<Content>;
  /** The limits hold until the Thing has accepted the subscription. */
  subscribeResource(
    form: Form,
    next: (content: Content) => void,
    error?: (error: Error) => void,
    complete?: () => void,
    limits?: InteractionLimits,
  ): Promise<Subscription>;
}

export function takesLimits(client: ProtocolClient): client is LimitedClient {
  return (client as Partial<LimitedClient>).takesLimits === true;
}

/** @throws InteractionAbortedError when the signal is aborted already */
export function refuseAborted(href: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new InteractionAbortedError(href, { cause: signal.reason });
}

/**
 * Work that ends at once when the signal is aborted, whatever becomes of it then.
 *
 * @param onAbort ends the work itself
 * @throws InteractionAbortedError
 */
export async function abortable<T>(
  href: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
  onAbort: () => void = () => undefined,
): Promise<T> {
  refuseAborted(href, signal);
  if (!signal) return work();
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(new InteractionAbortedError(href, { cause: signal.reason }));
      onAbort();
    };
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
