import { createFetch } from "../bindings/http";
import { type Fetcher, fetchBy } from "../discovery";
import type { ServientOptions } from "./servient";

/** How what discovery reads over HTTP is fetched: with the same certificates and credentials as Things. */
export function documentFetchers({
  tls = {},
  credentials,
}: Pick<ServientOptions, "tls" | "credentials">): Readonly<Record<string, Fetcher>> {
  const fetch = fetchBy(createFetch({ ...tls, ...(credentials ? { credentials } : {}) }));
  return { http: fetch, https: fetch };
}
