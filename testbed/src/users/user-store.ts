import * as path from "node:path";
import { loadUsers, makeSecretFolder, saveUsers, secretFiles, type UserList } from "@fogwot/core";
import { withFileLock } from "../files/file-lock";
import { loadSecuredSite, type SecuredSite } from "../keys/require-security";

const LOCK_LIMIT_MS = 10_000;

/** The users of a secured site. */
export class UserStore {
  readonly site: SecuredSite;
  readonly #file: string;

  /** @throws ConfigError where the site has no section `security` */
  constructor(siteFile: string) {
    this.site = loadSecuredSite(siteFile);
    this.#file = secretFiles(this.site.security.folder).users;
  }

  /** @throws ConfigError */
  list(): UserList {
    return loadUsers(this.#file);
  }

  /**
   * Changes the list; of two commands at a time one waits. Running programs take it up by themselves.
   * @throws ConfigError, or what `change` throws: nothing is changed then
   */
  async change(change: (list: UserList) => UserList): Promise<void> {
    makeSecretFolder(path.dirname(this.#file));
    await withFileLock(`${this.#file}.lock`, LOCK_LIMIT_MS, async () => {
      saveUsers(this.#file, change(this.list()));
    });
  }
}
