import { FogwotError } from "@fogwot/core";
import type { ProbeOptions } from "./probe";
import { sourcesOf } from "./sources";
import { type Validated, validate } from "./validate";

/**
 * Checks everything a command line names, one after the other.
 *
 * @param onDocument told of each document when it is checked
 * @throws what cannot be read where it is the only one; among several that is a finding of its own
 */
export async function validateAll(
  names: readonly string[],
  probing: ProbeOptions | undefined,
  onDocument: (checked: Validated) => void,
): Promise<Validated[]> {
  const sources = sourcesOf(names);
  const all: Validated[] = [];
  for (const { name } of sources) {
    if (probing?.signal.aborted) break;
    const checked =
      sources.length === 1 ? await validate(name, probing) : await told(name, probing);
    for (const one of checked) onDocument(one);
    all.push(...checked);
  }
  return all;
}

async function told(name: string, probing: ProbeOptions | undefined): Promise<Validated[]> {
  try {
    return await validate(name, probing);
  } catch (error) {
    if (!(error instanceof FogwotError)) throw error;
    const finding = {
      level: "error" as const,
      path: "",
      got: error.message,
      wanted: "a document that can be read",
      rule: error.code,
    };
    const kind = "Thing Description";
    return [{ source: name, kind, valid: false, errors: 1, warnings: 0, findings: [finding] }];
  }
}
