import type { IncomingMessage, ServerResponse } from "node:http";

/** One request on its way through the server. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What stands after "?", undecoded; "" where there is none. */
  readonly query: string;
}

export type MethodHandler = (exchange: Exchange) => void | Promise<void>;

/** What lives at one path. HEAD is answered by GET, OPTIONS by the server. */
export interface Resource {
  readonly allow: string;
  readonly handlers: Readonly<Partial<Record<string, MethodHandler>>>;
}

export function resource(
  handlers: Partial<Record<"GET" | "PUT" | "POST" | "DELETE", MethodHandler>>,
): Resource {
  const methods: Partial<Record<string, MethodHandler>> = { ...handlers };
  if (handlers.GET) methods.HEAD = handlers.GET;
  return { handlers: methods, allow: [...Object.keys(methods), "OPTIONS"].join(", ") };
}
