import { type AccessRequest, type HttpGuard, SERVER_NAME } from "@fogwot/core";
import { type Authorize, bearerAuthorization } from "./bearer";

/** What a route does, as access rules speak of it. */
export type Asked = Omit<AccessRequest, "thing">;

/** Makes the hook of a route. */
export type Protect = (asked: Asked) => Authorize;

/** A site without `security`: reading is open, the run's token is for changes and exports. */
export function protectByToken(token: string): Protect {
  const withToken = bearerAuthorization(token);
  const open: Authorize = async () => undefined;
  return ({ op, affordance }) =>
    op === "readproperty" && affordance?.name !== EXPORT ? open : withToken;
}

/** By the site's rules, under which the API is a Thing named `server`. */
export function protectByRules(guard: HttpGuard, site: string): Protect {
  const thing = `urn:fogwot:${site}:${SERVER_NAME}`;
  return (asked) => async (request) => guard.authorize(request.raw, { thing, ...asked });
}

const EXPORT = "export";

export const reading = (name: string): Asked => ({
  op: "readproperty",
  affordance: { kind: "properties", name },
});

export const writing = (name: string): Asked => ({ ...reading(name), op: "writeproperty" });

export const invoking = (name: string): Asked => ({
  op: "invokeaction",
  affordance: { kind: "actions", name },
});

/** Everything that was measured. */
export const exporting: Asked = reading(EXPORT);
