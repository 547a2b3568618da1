import type { SiteSecurity } from "../config/security-settings";
import { OverloadedError, TooManyRequestsError, UnauthorizedError } from "../errors";
import { type Clock, systemClock } from "../time";
import type { Access, AccessRequest, Credentials, Principal, ThingSecurity } from "./access";
import { FailedAttempts } from "./failed-attempts";
import { KnownCredentials } from "./known-credentials";
import { verifyPassword } from "./password-hash";
import { Rules } from "./rules";
import { SchemeBook, thingName } from "./scheme-book";
import { SERVICE_SCOPES, type ServiceAccount } from "./service-account";
import { addressKey, TokenBuckets } from "./token-buckets";
import { TokenExpiredError, type VerifyToken } from "./tokens";
import { isService, UserTable } from "./user-table";
import { NO_USERS, type UserList } from "./users";
import { Watches } from "./watches";

export interface AccessOptions {
  readonly security: Pick<SiteSecurity, "schemes" | "default" | "things" | "access" | "limits">;
  readonly users?: UserList;
  /** Verifies users' tokens; without it none holds. */
  readonly verifyToken?: VerifyToken;
  /** The site's own programs. */
  readonly services?: readonly ServiceAccount[];
  readonly clock?: Clock;
}

/** Who was let in, by what. Another list of users takes effect at once. */
export interface SiteAccess extends Access {
  /** Ends what those had who are no longer in it. */
  replaceUsers(users: UserList): void;
  /** Tokens of the keys from before do not hold any more. */
  replaceVerifier(verifyToken: VerifyToken | undefined): void;
  /** Stops every watch. */
  close(): void;
}

/** Password checks at the same time: each keeps a core busy for a tenth of a second. */
const MAX_CHECKS = 16;

/** Access by the site file's rules, with users and programs held in memory. */
export function createAccess(options: AccessOptions): SiteAccess {
  return new RuledAccess(options);
}

class RuledAccess implements SiteAccess {
  readonly #schemes: SchemeBook;
  readonly #rules: Rules;
  readonly #services: readonly ServiceAccount[];
  readonly #attempts: FailedAttempts;
  readonly #requests: TokenBuckets;
  readonly #known = new KnownCredentials();
  readonly #checks = new Map<string, Promise<Principal>>();
  readonly #watches: Watches;
  readonly #clock: Clock;
  #table: UserTable;
  #verifyToken: VerifyToken | undefined;
  /** Counts the lists of users: what was checked against an old one is not remembered. */
  #generation = 0;

  constructor({ security, users, verifyToken, services = [], clock = systemClock }: AccessOptions) {
    const { requestsPerSecond, burst, failedLoginsPerMinute } = security.limits;
    this.#schemes = new SchemeBook(security);
    this.#rules = new Rules(security.access);
    this.#services = services;
    this.#clock = clock;
    this.#verifyToken = verifyToken;
    this.#table = new UserTable(users ?? NO_USERS, services);
    this.#watches = new Watches(clock);
    this.#requests = new TokenBuckets({ perSecond: requestsPerSecond, burst, clock });
    this.#attempts = new FailedAttempts(
      new TokenBuckets({
        perSecond: failedLoginsPerMinute / 60,
        burst: failedLoginsPerMinute,
        clock,
      }),
    );
  }

  authenticate(credentials: Credentials, remote: string): Principal | Promise<Principal> {
    switch (credentials.kind) {
      case "basic":
        return this.#byPassword(credentials.username, credentials.password, remote);
      case "bearer":
        return this.#byToken(credentials.token, remote);
      case "apikey":
        return this.#byApiKey(credentials.key, remote);
      case "psk":
        return this.#byIdentity(credentials.identity);
    }
  }

  authorize(principal: Principal | undefined, request: AccessRequest): void {
    if (!this.#schemes.isSecured(request.thing)) return;
    if (!principal) throw new UnauthorizedError("credentials are required");
    if (this.#hasEnded(principal)) throw new TokenExpiredError("the token has expired");
    if (isService(principal) && mayService(principal, request)) return;
    this.#rules.check(principal, request);
  }

  admit(principal: Principal | undefined, remote: string): void {
    if (principal && isService(principal)) return;
    const key = principal ? `user ${principal.name}` : `address ${addressKey(remote)}`;
    const waitMs = this.#requests.take(key);
    if (waitMs > 0) throw new TooManyRequestsError(waitMs);
  }

  pskOf(identity: string): Buffer | undefined {
    return this.#table.psk(identity);
  }

  isSecured(thing: string): boolean {
    return this.#schemes.isSecured(thing);
  }

  schemesFor(...[thing, binding]: Parameters<Access["schemesFor"]>): readonly string[] {
    return this.#schemes.schemesFor(thing, binding);
  }

  securityOf(thing: string | undefined): ThingSecurity {
    return this.#schemes.securityOf(thing);
  }

  watch(principal: Principal, ended: () => void): () => void {
    return this.#watches.add(principal, ended);
  }

  replaceUsers(users: UserList): void {
    this.#generation++;
    this.#table = new UserTable(users, this.#services);
    this.#known.clear();
    this.#watches.endAll((principal) => !this.#isStill(principal));
  }

  replaceVerifier(verifyToken: VerifyToken | undefined): void {
    this.#generation++;
    this.#verifyToken = verifyToken;
    this.#known.clear();
    this.#watches.endAll(({ expiresAtMs }) => expiresAtMs !== undefined);
  }

  close(): void {
    this.#watches.close();
  }

  #byPassword(username: string, password: string, remote: string): Principal | Promise<Principal> {
    const mark = this.#known.mark("basic", username, password);
    const known =
      this.#known.get(mark) ?? this.#learn(mark, this.#table.service(username, password));
    if (known) return known;
    return this.#check(mark, async () => {
      const attempt = this.#attempts.begin(remote, username);
      const table = this.#table;
      const isRight = await verifyPassword(password, table.passwordHash(username));
      const principal = table.principal(username);
      if (!isRight || !principal) throw new UnauthorizedError("wrong user name or password");
      attempt.succeeded();
      return principal;
    });
  }

  #byToken(token: string, remote: string): Principal | Promise<Principal> {
    const mark = this.#known.mark("bearer", token);
    const known = this.#known.get(mark) ?? this.#learn(mark, this.#table.serviceByToken(token));
    if (known) {
      if (this.#hasEnded(known)) throw new TokenExpiredError("the token has expired");
      return known;
    }
    return this.#check(mark, async () => {
      const attempt = this.#attempts.begin(remote);
      if (!this.#verifyToken) throw new UnauthorizedError("no tokens are taken here");
      try {
        const { principal, issuedAtMs } = await this.#verifyToken(token);
        if (this.#table.isRevoked(principal.name, issuedAtMs)) {
          throw new UnauthorizedError("the token was taken back");
        }
        attempt.succeeded();
        return principal;
      } catch (error) {
        if (error instanceof TokenExpiredError) attempt.succeeded();
        throw error;
      }
    });
  }

  #byApiKey(key: string, remote: string): Principal {
    const mark = this.#known.mark("apikey", key);
    const known = this.#known.get(mark) ?? this.#learn(mark, this.#table.byApiKey(key));
    if (known) return known;
    this.#attempts.begin(remote);
    throw new UnauthorizedError("the API key is not one of this site");
  }

  #byIdentity(identity: string): Principal {
    const principal = this.#table.psk(identity) && this.#table.principal(identity);
    if (!principal) throw new UnauthorizedError("the PSK identity is not one of this site");
    return principal;
  }

  #learn(mark: string, principal: Principal | undefined): Principal | undefined {
    if (principal) this.#known.add(mark, principal);
    return principal;
  }

  /** The same credentials from many requests at once are checked once. */
  #check(mark: string, verify: () => Promise<Principal>): Promise<Principal> {
    const underWay = this.#checks.get(mark);
    if (underWay !== undefined) return underWay;
    if (this.#checks.size >= MAX_CHECKS) {
      throw new OverloadedError(`${MAX_CHECKS} logins are being checked already`);
    }
    const generation = this.#generation;
    const check = verify()
      .then((principal) => {
        if (generation === this.#generation) this.#known.add(mark, principal);
        return principal;
      })
      .finally(() => this.#checks.delete(mark));
    this.#checks.set(mark, check);
    return check;
  }

  #hasEnded({ expiresAtMs }: Principal): boolean {
    return expiresAtMs !== undefined && expiresAtMs <= this.#clock.now();
  }

  /** Whether what was once proved would be proved again, with the same scopes. */
  #isStill({ name, scopes, expiresAtMs }: Principal): boolean {
    // A token says itself what its scopes are; only its name can be taken back.
    if (expiresAtMs !== undefined) return !this.#table.isRevoked(name, 0);
    const now = this.#table.principal(name);
    return now !== undefined && scopes.join(" ") === now.scopes.join(" ");
  }
}

/** The site's own programs are not users: the rules of the site file are not about them. */
function mayService({ scopes }: Principal, { thing, affordance, op }: AccessRequest): boolean {
  if (scopes.includes(SERVICE_SCOPES.operator) || scopes.includes(SERVICE_SCOPES.server)) {
    return true;
  }
  if (op === "readdescription") return true;
  // A fog node hands processors on; what it may hand on, a publisher has signed.
  if (op === "invokeaction" && affordance?.name === "deployProcessor") return true;
  const isDirectory = thing !== undefined && thingName(thing) === DIRECTORY_NAME;
  return isDirectory && affordance?.kind === "actions";
}

/** Name of the Thing that a site's directory is. */
export const DIRECTORY_NAME = "directory";
/** Name under which rules speak of the processing server's own API. */
export const SERVER_NAME = "server";
