import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { InputError, PayloadTooLargeError, UnreachableError } from "../../errors";
import type { Fetcher } from "./fetcher";

/** Reads `file:` URLs. Not among the defaults: a Thing Description must not make us read files. */
export const fetchFromFile: Fetcher = async ({ url, maxBytes, signal }) => {
  let body: Buffer;
  try {
    body = await readFile(fileURLToPath(url), { signal });
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    if (cause instanceof TypeError) {
      throw new InputError({ path: "", got: url, wanted: "a URL of a file here" }, { cause });
    }
    const { code } = cause as NodeJS.ErrnoException;
    throw new UnreachableError(url, code ?? String(cause), { cause });
  }
  if (body.length > maxBytes) throw new PayloadTooLargeError(maxBytes);
  return { url, type: "application/td+json", body, links: [] };
};
