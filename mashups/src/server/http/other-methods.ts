import { OperationNotAllowedError } from "@fogwot/core";
import type { FastifyInstance } from "fastify";

const known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof known)[number];

const methodsOf = new WeakMap<FastifyInstance, Map<string, Set<Method>>>();

/** Notes the methods of every route, for `addOtherMethods`. Call before the first route. */
export function refuseOtherMethods(app: FastifyInstance): void {
  const paths = new Map<string, Set<Method>>();
  methodsOf.set(app, paths);
  app.addHook("onRoute", ({ url, method }) => {
    const methods = paths.get(url) ?? new Set<Method>();
    paths.set(url, methods);
    for (const one of [method].flat() as Method[]) methods.add(one);
  });
}

/** A path that exists answers 405 and Allow to every other method, not 404. Call after the last route. */
export function addOtherMethods(app: FastifyInstance): void {
  for (const [url, methods] of [...(methodsOf.get(app) ?? [])]) {
    const others = known.filter((method) => !methods.has(method));
    const allow = [...methods].join(", ");
    if (others.length === 0) continue;
    app.route({
      method: others,
      url,
      // Before the body is read, which nobody wants.
      onRequest: async (request, reply) => {
        reply.header("allow", allow);
        throw new OperationNotAllowedError(request.method, url);
      },
      handler: async () => undefined,
    });
  }
}
