import { readFileSync } from "node:fs";
import { ProcessorError } from "../processor-error";
import { checkTrust, type Trust } from "../sign";
import type { TierTrust } from "./options";

/** A file that is no list of trust: nothing is admitted. */
export class TrustFileError extends ProcessorError {
  readonly code = "PROCESSOR_TRUST";
  constructor(file: string, got: string, options: ErrorOptions = {}) {
    super(`${file}: got ${got}, wanted a list of trusted publishers (fogwot keys trust)`, {
      ...options,
      details: { file, got },
    });
  }
}

/**
 * Whose processors a tier runs: the site's list, and the key of who starts it.
 * @throws TrustFileError
 */
export function readTrusts({ trust, ownTrust }: TierTrust): Trust {
  const lists = [trust, ownTrust].flatMap((file) => (file === undefined ? [] : [readTrust(file)]));
  return {
    publishers: lists.flatMap(({ publishers }) => publishers),
    revoked: {
      keys: lists.flatMap(({ revoked }) => revoked.keys),
      modules: lists.flatMap(({ revoked }) => revoked.modules),
    },
  };
}

function readTrust(file: string): Trust {
  try {
    return checkTrust(JSON.parse(readFileSync(file, "utf8")), file);
  } catch (cause) {
    throw new TrustFileError(file, (cause as Error).message, { cause });
  }
}
