import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { ConfigError } from "../errors";

/**
 * Reads a secret from a file that nobody else can read; a line end is not part of it. A name without
 * a folder is looked for among the credentials that systemd hands a service (`LoadCredential=`).
 *
 * @throws ConfigError when it cannot be read, or when others may (mode not 0600)
 */
export function readSecretFile(name: string, environment = process.env): string {
  const { file, forbidden } = locate(name, environment.CREDENTIALS_DIRECTORY);
  let mode: number;
  let text: string;
  try {
    mode = statSync(file).mode & 0o777;
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const got = (cause as NodeJS.ErrnoException).code ?? "no file";
    throw new ConfigError(file, [{ path: "", got, wanted: "a readable file" }], { cause });
  }
  if ((mode & forbidden) !== 0) {
    const got = `mode 0${mode.toString(8)}`;
    throw new ConfigError(file, [{ path: "", got, wanted: "mode 0600: chmod 600 it" }]);
  }
  return text.replace(/\r?\n$/, "");
}

/**
 * The value of an environment variable, or what stands in the file that `<name>_FILE` names.
 * @throws ConfigError like `readSecretFile`
 */
export function secretFromEnvironment(
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const file = environment[`${name}_FILE`];
  return environment[name] || (file ? readSecretFile(file, environment) : undefined);
}

function locate(name: string, credentials: string | undefined) {
  const own = { file: name, forbidden: 0o077 };
  if (!credentials) return own;
  // systemd lets the service's user in by an ACL, whose mask shows as the group's bits.
  const handed = { file: path.resolve(credentials, name), forbidden: 0o007 };
  const isInside = path.dirname(handed.file) === path.resolve(credentials);
  const isThere = isInside && statSync(handed.file, { throwIfNoEntry: false }) !== undefined;
  return isThere ? handed : own;
}
