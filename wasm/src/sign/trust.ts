import { ManifestError } from "../manifest";
import { checkPublisherKey, type PublisherKey } from "./keys";

/** Whose processors a node runs. */
export interface Trust {
  readonly publishers: readonly PublisherKey[];
  /** What is not to run whoever has signed it: ids of keys, hashes of modules. */
  readonly revoked: { readonly keys: readonly string[]; readonly modules: readonly string[] };
}

export const NO_TRUST: Trust = { publishers: [], revoked: { keys: [], modules: [] } };

/**
 * A list of trust as it stands in a file.
 * @throws KeyError for a key that is none, ManifestError for another form
 */
export function checkTrust(value: unknown, source: string): Trust {
  const { publishers, revoked, ...more } = (value ?? {}) as Record<string, unknown>;
  const { keys, modules } = (revoked ?? { keys: [], modules: [] }) as Record<string, unknown>;
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) fail(source, `/${unknown}`, "a member", "publishers or revoked");
  if (!Array.isArray(publishers)) fail(source, "/publishers", publishers, "a list of keys");
  return {
    publishers: (publishers as unknown[]).map((key) => checkPublisherKey(key, source)),
    revoked: {
      keys: texts(keys, source, "/revoked/keys", /^[0-9a-f]{32}$/),
      modules: texts(modules, source, "/revoked/modules", /^[0-9a-f]{64}$/),
    },
  };
}

function texts(value: unknown, source: string, path: string, form: RegExp): readonly string[] {
  if (value === undefined) return [];
  const isGood =
    Array.isArray(value) && value.every((one) => typeof one === "string" && form.test(one));
  return isGood ? (value as string[]) : fail(source, path, value, `a list of ${form.source}`);
}

function fail(source: string, path: string, got: unknown, wanted: string): never {
  throw new ManifestError(source, [{ path, got, wanted }]);
}

/** With a publisher more, and not revoked any longer; in place of what the list had of that key. */
export function withPublisher(trust: Trust, key: PublisherKey): Trust {
  const others = trust.publishers.filter(({ kid }) => kid !== key.kid);
  const keys = trust.revoked.keys.filter((kid) => kid !== key.kid);
  return { publishers: [...others, key], revoked: { ...trust.revoked, keys } };
}
