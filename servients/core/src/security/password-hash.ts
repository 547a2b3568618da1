import { pbkdf2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(pbkdf2);

/** OWASP's recommendation for PBKDF2 with SHA-512. */
const ITERATIONS = 210_000;
const SALT_BYTES = 12;
const HASH_BYTES = 64;
/** A file that asks for more would stop the process for minutes. */
const MOST_ITERATIONS = 10_000_000;

/** `$7$<iterations>$<salt>$<hash>` of mosquitto's password file: PBKDF2 with SHA-512, base64. */
export const PASSWORD_HASH_PATTERN =
  "^\\$7\\$[1-9][0-9]{0,7}\\$[A-Za-z0-9+/]{4,88}={0,2}\\$[A-Za-z0-9+/]{86}==$";

/**
 * @see https://github.com/eclipse-mosquitto/mosquitto, password_mosq.c: HASH_PBKDF2_SHA512
 */
export async function hashPassword(
  password: string,
  {
    iterations = ITERATIONS,
    salt = randomBytes(SALT_BYTES),
  }: { readonly iterations?: number; readonly salt?: Buffer } = {},
): Promise<string> {
  const hash = await derive(password, salt, iterations, HASH_BYTES, "sha512");
  return `$7$${iterations}$${salt.toString("base64")}$${hash.toString("base64")}`;
}

/** Whether it is the password of this hash; a hash of another form has none. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [, kind, iterationsText, saltText = "", hashText = ""] = stored.split("$");
  const iterations = Number(iterationsText);
  const wanted = Buffer.from(hashText, "base64");
  const isOurs = kind === "7" && Number.isInteger(iterations) && iterations > 0;
  if (!isOurs || iterations > MOST_ITERATIONS || wanted.length !== HASH_BYTES) return false;
  const salt = Buffer.from(saltText, "base64");
  return timingSafeEqual(await derive(password, salt, iterations, HASH_BYTES, "sha512"), wanted);
}

/**
 * A hash that no password has, at the cost of a real one: for a user there is not.
 * @param like another hash, of the same cost
 */
export function nobodysHash(like?: string): string {
  const iterations = like?.split("$")[2] ?? ITERATIONS;
  const salt = Buffer.alloc(SALT_BYTES).toString("base64");
  return `$7$${iterations}$${salt}$${Buffer.alloc(HASH_BYTES).toString("base64")}`;
}
