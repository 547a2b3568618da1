import type { IncomingMessage } from "node:http";
import { FogwotError, ForbiddenError, UnauthorizedError } from "../errors";
import type { Access, AccessRequest, Principal } from "./access";
import { type Challenge, type HttpScheme, httpScheme, type Identified } from "./http-scheme";

/** What one request has shown so far. */
interface Seen {
  readonly scheme: HttpScheme;
  readonly who: Identified;
}

/** Lets HTTP requests pass, or refuses them with the challenges of RFC 7235. */
export class HttpGuard {
  readonly #access: Access;
  readonly #origins: ReadonlySet<string>;
  readonly #schemes = new Map<string | undefined, HttpScheme>();
  readonly #bySignature = new Map<string, HttpScheme>();
  readonly #seen = new WeakMap<IncomingMessage, Seen>();

  /** @param origins of web pages that may act with a password which their browser remembers */
  constructor(access: Access, origins: readonly string[] = []) {
    this.#access = access;
    this.#origins = new Set(origins);
  }

  /**
   * Synchronous where the credentials are known.
   * @throws UnauthorizedError, ForbiddenError, TooManyRequestsError; `challengesOf` tells of them
   *   what to answer besides
   */
  authorize(request: IncomingMessage, asked: AccessRequest): void | Promise<void> {
    const scheme = this.#schemeOf(asked.thing);
    let who: Identified;
    try {
      who = this.#identify(request, scheme);
    } catch (error) {
      throw withChallenges(error, scheme, request);
    }
    if (who instanceof Promise) {
      return who.then(
        (principal) => this.#check(principal, scheme, request, asked),
        (error: unknown) => {
          throw withChallenges(error, scheme, request);
        },
      );
    }
    this.#check(who, scheme, request, asked);
  }

  /** Whether it would pass; a fault of ours is no refusal. */
  async lets(request: IncomingMessage, asked: AccessRequest): Promise<boolean> {
    try {
      await this.authorize(request, asked);
      return true;
    } catch (error) {
      if (error instanceof FogwotError) return false;
      throw error;
    }
  }

  /** The same at once; what is not known without a wait does not pass. */
  letsNow(request: IncomingMessage, asked: AccessRequest): boolean {
    try {
      const passing = this.authorize(request, asked);
      passing?.catch(() => undefined);
      return passing === undefined;
    } catch (error) {
      if (error instanceof FogwotError) return false;
      throw error;
    }
  }

  /** Who it is that was let in; undefined for one without credentials. */
  async principalOf(request: IncomingMessage): Promise<Principal | undefined> {
    return this.#seen.get(request)?.who;
  }

  /** Calls back when the credentials that a request was let in with cease to hold. */
  async watch(request: IncomingMessage, ended: () => void): Promise<() => void> {
    const principal = await this.#seen.get(request)?.who;
    return principal ? this.#access.watch(principal, ended) : () => undefined;
  }

  #check(
    principal: Principal | undefined,
    scheme: HttpScheme,
    request: IncomingMessage,
    asked: AccessRequest,
  ): void {
    try {
      if (principal) this.#refuseForgery(request);
      this.#access.authorize(principal, asked);
    } catch (error) {
      throw withChallenges(error, scheme, request);
    }
  }

  /**
   * A browser sends a password that it remembers along with what any page makes it send: such a page
   * must not act in the name of whoever looks at it.
   */
  #refuseForgery({ method, headers }: IncomingMessage): void {
    const { origin, host, authorization } = headers;
    if (origin === undefined || method === "GET" || method === "HEAD") return;
    if (!/^basic /i.test(authorization ?? "") || this.#origins.has(origin)) return;
    if (origin.replace(/^https?:\/\//, "") === host) return;
    throw new ForbiddenError(`a page of ${origin} may not act with a password`);
  }

  /** Once for each request and scheme; of the request's rate one is taken, whatever comes of it. */
  #identify(request: IncomingMessage, scheme: HttpScheme): Identified {
    const seen = this.#seen.get(request);
    if (seen?.scheme === scheme) return seen.who;
    const remote = request.socket.remoteAddress ?? "";
    const who = this.#admitted(() => scheme.identify(request, this.#access, remote), remote, seen);
    this.#seen.set(request, { scheme, who });
    if (who instanceof Promise) {
      who.then(
        (principal) => this.#seen.set(request, { scheme, who: principal }),
        // Refused: whoever waits for it is told.
        () => undefined,
      );
    }
    return who;
  }

  #admitted(identify: () => Identified, remote: string, seen: Seen | undefined): Identified {
    const admit = (principal?: Principal): void => {
      if (!seen) this.#access.admit(principal, remote);
    };
    const refuse = (error: unknown): never => {
      admit();
      throw error;
    };
    let who: Identified;
    try {
      who = identify();
    } catch (error) {
      return refuse(error);
    }
    if (who instanceof Promise) {
      return who.then((principal) => {
        admit(principal);
        return principal;
      }, refuse);
    }
    admit(who);
    return who;
  }

  #schemeOf(thing: string | undefined): HttpScheme {
    const known = this.#schemes.get(thing);
    if (known) return known;
    const security = this.#access.securityOf(thing);
    const names = thing === undefined ? security.security : this.#access.schemesFor(thing, "http");
    // Things of one scheme share it, so that a request about several is asked once.
    const signature = JSON.stringify([names, security.securityDefinitions]);
    const scheme = this.#bySignature.get(signature) ?? httpScheme(security, names);
    this.#bySignature.set(signature, scheme);
    this.#schemes.set(thing, scheme);
    return scheme;
  }
}

/** A request's target as it may be logged: an API key may stand in its query. */
export function loggableUrl(url: string | undefined): string | undefined {
  return url?.split("?", 1)[0];
}

const challenges = new WeakMap<object, readonly string[]>();

/** Values of `WWW-Authenticate` for a refusal; empty where there is none to give. */
export function challengesOf(error: object): readonly string[] {
  return challenges.get(error) ?? [];
}

function withChallenges(error: unknown, scheme: HttpScheme, request: IncomingMessage): unknown {
  if (!(error instanceof FogwotError)) return error;
  const values = challengeValues(error, scheme.challenges, request);
  if (values.length > 0) challenges.set(error, values);
  return error;
}

/** @see RFC 7235, section 4.1; RFC 6750, section 3 */
function challengeValues(
  error: FogwotError,
  offered: readonly Challenge[],
  { headers: { authorization = "" } }: IncomingMessage,
): string[] {
  const isBearer = /^bearer /i.test(authorization);
  if (error instanceof UnauthorizedError) {
    return offered.map(({ scheme, parameters }) => {
      const wrong = isBearer && scheme === "Bearer" ? `, error="invalid_token"` : "";
      const why = wrong && `, error_description="${quotable(error.message)}"`;
      return `${scheme} ${parameters}${wrong}${why}`;
    });
  }
  if (error instanceof ForbiddenError && isBearer) {
    const { scopes } = error.details as { scopes?: readonly string[] };
    const wanted = scopes && scopes.length > 0 ? `, scope="${scopes.join(" ")}"` : "";
    return offered
      .filter(({ scheme }) => scheme === "Bearer")
      .map(({ parameters }) => `Bearer ${parameters}, error="insufficient_scope"${wanted}`);
  }
  return [];
}

function quotable(text: string): string {
  return text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'");
}
