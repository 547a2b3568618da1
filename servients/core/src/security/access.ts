import type { BindingName } from "../servient/binding-name";

/** Somebody who has proved who they are. */
export interface Principal {
  /** Of a user, or of a token's subject. */
  readonly name: string;
  readonly scopes: readonly string[];
  /** When what proved it ceases to hold; undefined for a password, a key. */
  readonly expiresAtMs?: number;
}

/** What a client shows, over whichever binding. */
export type Credentials =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "apikey"; readonly key: string }
  /** The TLS handshake has proved that the client has the key of this identity. */
  | { readonly kind: "psk"; readonly identity: string };

/** What somebody wants to do. */
export interface AccessRequest {
  /** Id of the Thing; undefined for what concerns a server: the list of its Things. */
  readonly thing: string | undefined;
  /** Undefined for an operation on the Thing itself. */
  readonly affordance?: { readonly kind: AffordanceFolder; readonly name: string };
  /** An operation of TD 1.1, or `readdescription`. */
  readonly op: string;
}

export type AffordanceFolder = "properties" | "actions" | "events";

/** Who may do what: one for every binding of a Servient, so that they cannot differ. */
export interface Access {
  /**
   * Synchronous when the answer is known already (a key, a token or password seen before).
   *
   * @param remote address of the client, for the limit on failed attempts
   * @throws UnauthorizedError for wrong, expired or unknown credentials;
   *   TooManyRequestsError after too many failures from this address
   */
  authenticate(credentials: Credentials, remote: string): Principal | Promise<Principal>;
  /**
   * @param principal undefined for one without credentials
   * @throws UnauthorizedError (401) without a principal, ForbiddenError (403) without the scope
   */
  authorize(principal: Principal | undefined, request: AccessRequest): void;
  /**
   * Takes one request from what this client is granted per second: the principal's, without one the
   * address's. Called once per request, whatever comes of it.
   * @throws TooManyRequestsError
   */
  admit(principal: Principal | undefined, remote: string): void;
  /**
   * Calls back once, when what proved the principal ceases to hold (a token expires, a user is
   * removed): for what goes on after it was let in, a subscription or a session.
   * @returns stops it
   */
  watch(principal: Principal, ended: () => void): () => void;
  /** Key of a PSK identity, for the handshake; undefined for an unknown one. */
  pskOf(identity: string): Buffer | undefined;
  /** Whether the Thing needs credentials at all. */
  isSecured(thing: string): boolean;
  /**
   * Names of the Thing's security definitions that a form of this binding has to carry; empty when
   * the binding cannot protect the Thing, which then gets no form there. `["nosec_sc"]` if it is open.
   */
  schemesFor(thing: string, binding: BindingName): readonly string[];
  /**
   * What the Thing's description says of its security, the definitions that `schemesFor` names
   * among it. Without a Thing: what holds for what concerns the server.
   */
  securityOf(thing: string | undefined): ThingSecurity;
}

/** Members of a Thing Description. @see TD 1.1, section 5.3.3 */
export interface ThingSecurity {
  readonly securityDefinitions: Readonly<Record<string, SecurityDefinition>>;
  readonly security: readonly [string];
}

/** A security scheme; a `combo` names its members. */
export type SecurityDefinition =
  | { readonly scheme: "nosec" }
  | { readonly scheme: "basic"; readonly in: "header"; readonly name?: string }
  | {
      readonly scheme: "bearer";
      readonly in: "header";
      readonly name?: string;
      readonly alg: "ES256";
      readonly format: "jwt";
    }
  | { readonly scheme: "apikey"; readonly in: "header" | "query"; readonly name: string }
  | { readonly scheme: "psk" }
  | { readonly scheme: "combo"; readonly oneOf: readonly string[] }
  | { readonly scheme: "combo"; readonly allOf: readonly string[] };
