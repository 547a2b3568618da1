import { createHash, createHmac } from "node:crypto";

/** What the site's own programs may do besides the site's rules. */
export const SERVICE_SCOPES = {
  /** The operator's commands and the API of the running site: everything. */
  operator: "fogwot:operator",
  /** The processing server: every interaction with every Thing. */
  server: "fogwot:server",
  /** A fog node: to serve its Things at the broker, to register them, and to hand processors on. */
  node: "fogwot:node",
} as const;

export type ServiceKind = keyof typeof SERVICE_SCOPES;

/** What one of the site's own programs shows. */
export interface ServiceCredentials {
  readonly name: string;
  /** As a password, as an API key and as an opaque bearer token. */
  readonly secret: string;
  /** Hexadecimal. */
  readonly psk: string;
}

/** What the others recognise it by; the secret cannot be told from it. */
export interface ServiceAccount {
  readonly name: string;
  readonly scopes: readonly string[];
  /** SHA-256, hexadecimal: the secret is too long to be guessed. */
  readonly secretHash: string;
  readonly psk: string;
}

const PREFIX = "fogwot.";
const SCOPE_PREFIX = "fogwot:";

/** Names of the site's own programs, which no user can have. */
export function isServiceName(name: string): boolean {
  return name.startsWith(PREFIX);
}

export function isOwnScope(scope: string): boolean {
  return scope.startsWith(SCOPE_PREFIX);
}

/** @param part `server`, `operator`, or the name of a node */
export function serviceName(part: string): string {
  return `${PREFIX}${part}`;
}

/**
 * Credentials of a program of the site, from a secret that whoever starts the programs has.
 * @param salt makes those of one run differ from another's; "" where several machines have to agree
 */
export function serviceCredentials(root: string, salt: string, part: string): ServiceCredentials {
  const secret = derive(root, salt, part, "secret").toString("base64url");
  return { name: serviceName(part), secret, psk: pskOf(secret) };
}

/** Credentials with a secret there is already. */
export function credentialsOf(part: string, secret: string): ServiceCredentials {
  return { name: serviceName(part), secret, psk: pskOf(secret) };
}

export function serviceAccount(
  { name, secret, psk }: ServiceCredentials,
  kind: ServiceKind,
): ServiceAccount {
  return { name, scopes: [SERVICE_SCOPES[kind]], secretHash: secretHash(secret), psk };
}

/** SHA-256, hexadecimal. For what was drawn at random: a password needs `hashPassword`. */
export function secretHash(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

function pskOf(secret: string): string {
  return derive(secret, "", "", "psk").toString("hex");
}

function derive(root: string, ...parts: readonly string[]): Buffer {
  return createHmac("sha256", root)
    .update(["fogwot", ...parts].join("\0"))
    .digest();
}

/** What a program of a secured site is handed when it starts: never by argv or a file that others read. */
export interface ServiceSecrets {
  readonly own: ServiceCredentials;
  /** Whom it lets in besides the users. */
  readonly accounts: readonly ServiceAccount[];
}
