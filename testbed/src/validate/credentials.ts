import * as fs from "node:fs";
import { ConfigError } from "@fogwot/core";

/** Others must not read it: mode 0600 or stricter. */
const FOR_OTHERS = 0o077;

/**
 * Credentials for a Thing that asks for some: a JSON file with `{"username", "password"}`, `{"token"}`,
 * `{"apiKey"}` or `{"identity", "key"}` of TLS-PSK, the key in hexadecimal.
 *
 * @throws ConfigError when it cannot be read, others can read it too, or it holds something else
 */
export function readCredentials(file: string): unknown {
  const fault = (got: string, wanted: string, cause?: unknown): ConfigError =>
    new ConfigError(file, [{ path: "", got, wanted }], cause === undefined ? {} : { cause });
  let text: string;
  try {
    if ((fs.statSync(file).mode & FOR_OTHERS) !== 0) {
      throw fault("a file that others can read", "mode 0600");
    }
    text = fs.readFileSync(file, "utf8");
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw fault(cause instanceof Error ? cause.message : String(cause), "a file", cause);
  }
  const wanted =
    '{"username": …, "password": …}, {"token": …}, {"apiKey": …} or {"identity": …, "key": …}';
  const { username, password, token, apiKey, identity, key } = parsed(text);
  if (typeof token === "string") return { token };
  if (typeof apiKey === "string") return { apiKey };
  if (typeof identity === "string" && typeof key === "string") return { identity, key };
  if (typeof username === "string" && typeof password === "string") return { username, password };
  // The text may be a secret all the same: it is not repeated.
  throw fault("something else", wanted);
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    // Told as what it is: no credentials.
    return {};
  }
}
