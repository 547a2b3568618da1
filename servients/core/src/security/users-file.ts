import { existsSync } from "node:fs";
import { Document, parseDocument } from "yaml";
import { readSecretFile, validateConfig } from "../config";
import { ConfigError, type Mismatch } from "../errors";
import { writeSecretFile } from "./secret-files";
import { NO_USERS, USERS_SCHEMA, type UserList } from "./users";

/**
 * Reads `users.yaml`; a site without one has no users.
 * @throws ConfigError when others can read it, or it does not fit; it repeats nothing of it
 */
export function loadUsers(file: string): UserList {
  if (!existsSync(file)) return NO_USERS;
  const document = parseDocument(readSecretFile(file));
  const fault = document.errors[0];
  if (fault) {
    const at = fault.linePos?.[0];
    const where = at ? `line ${at.line}, column ${at.col}` : "";
    throw new ConfigError(file, [{ path: where, got: fault.code, wanted: "well-formed YAML" }]);
  }
  const list = validUsers(document.toJS() ?? {}, file);
  const twice = list.users.find(({ name }, i) => list.users.findIndex((u) => u.name === name) < i);
  if (!twice) return list;
  throw new ConfigError(file, [{ path: "/users", got: twice.name, wanted: "every name once" }]);
}

/** @throws ConfigError */
export function saveUsers(file: string, list: UserList): void {
  const text = new Document(validUsers(list, file)).toString({ lineWidth: 0 });
  writeSecretFile(file, `# Made by \`fogwot users\`. Keep it to yourself: mode 0600.\n${text}`);
}

function validUsers(value: unknown, file: string): UserList {
  try {
    return validateConfig<UserList>(value, USERS_SCHEMA, file);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(file, error.mismatches.map(withoutValue));
  }
}

/** What stands in the wrong place may be a secret all the same. */
function withoutValue({ path, got, wanted }: Mismatch): Mismatch {
  return { path, got: got === undefined ? undefined : `(${typeof got}, not shown)`, wanted };
}
