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
  /** Key of a PSK identity, for the handshake; undefined for an unknown one. */
  pskOf(identity: string): Buffer | undefined;
  /** Whether the Thing needs credentials at all. */
  isSecured(thing: string): boolean;
  /**
   * Names of the Thing's security definitions that a form of this binding has to carry; empty when
   * the binding cannot protect the Thing, which then gets no form there. `["nosec_sc"]` if it is open.
   */
  schemesFor(thing: string, binding: BindingName): readonly string[];
}
