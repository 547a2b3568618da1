import type { IncomingMessage, ServerResponse } from "node:http";

/** One request on its way through the server. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What stands after "?", undecoded; "" where there is none. */
  readonly query: string;
}

export type MethodHandler = (exchange: Exchange) => void | Promise<void>;

/** @param target whose resource it is: Things of one model share theirs */
export type TargetHandler<Target> = (exchange: Exchange, target: Target) => void | Promise<void>;

/** What lives at paths of one kind. HEAD is answered by GET, OPTIONS by the server. */
export interface Resource<Target = undefined> {
  readonly allow: string;
  readonly handlers: Readonly<Partial<Record<string, TargetHandler<Target>>>>;
}

export function resource<Target = undefined>(
  handlers: Partial<Record<"GET" | "PUT" | "POST" | "DELETE", TargetHandler<Target>>>,
): Resource<Target> {
  const methods: Partial<Record<string, TargetHandler<Target>>> = { ...handlers };
  if (handlers.GET) methods.HEAD = handlers.GET;
  return { handlers: methods, allow: [...Object.keys(methods), "OPTIONS"].join(", ") };
}

/** What lives at one path. */
export interface Found {
  readonly allow: string;
  handlerOf(method: string): MethodHandler | undefined;
}

export function found<Target>({ allow, handlers }: Resource<Target>, target: Target): Found {
  return {
    allow,
    handlerOf: (method) => {
      const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
      return handler && ((exchange) => handler(exchange, target));
    },
  };
}
