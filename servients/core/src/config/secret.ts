import { readFileSync, statSync } from "node:fs";
import { ConfigError } from "../errors";

/**
 * Reads a secret from a file that nobody else can read; a line end is not part of it.
 * @throws ConfigError when it cannot be read, or when others may (mode not 0600)
 */
export function readSecretFile(file: string): string {
  let mode: number;
  let text: string;
  try {
    mode = statSync(file).mode & 0o777;
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const got = (cause as NodeJS.ErrnoException).code ?? "no file";
    throw new ConfigError(file, [{ path: "", got, wanted: "a readable file" }], { cause });
  }
  if ((mode & 0o077) !== 0) {
    const got = `mode 0${mode.toString(8)}`;
    throw new ConfigError(file, [{ path: "", got, wanted: "mode 0600: chmod 600 it" }]);
  }
  return text.replace(/\r?\n$/, "");
}
