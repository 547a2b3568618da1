import { readFileSync } from "node:fs";
import { ConfigError, type SiteProcessorTrust } from "@fogwot/core";
import { checkTrust, type Trust } from "@fogwot/wasm";

/**
 * Whose processors a node runs: the site's list, and the key of who starts it.
 * @throws ConfigError for a file that is no list of trust
 */
export function readTrusts({ trust, ownTrust }: SiteProcessorTrust): Trust {
  const lists = [trust, ownTrust].flatMap((file) => (file === undefined ? [] : [readTrust(file)]));
  return {
    publishers: lists.flatMap(({ publishers }) => publishers),
    revoked: {
      keys: lists.flatMap(({ revoked }) => revoked.keys),
      modules: lists.flatMap(({ revoked }) => revoked.modules),
    },
  };
}

/** @throws ConfigError for a file that is no list of trust */
function readTrust(file: string): Trust {
  try {
    return checkTrust(JSON.parse(readFileSync(file, "utf8")), file);
  } catch (cause) {
    const got = (cause as Error).message;
    const wanted = "a list of trusted publishers (fogwot keys trust)";
    throw new ConfigError(file, [{ path: "", got, wanted }], { cause });
  }
}
