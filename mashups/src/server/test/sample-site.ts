import type { Site } from "@fogwot/core";

/** A site without nodes of its own: Things come through the directory. */
export function sampleSite(mashup: Partial<Site["mashup"]> = {}): Site {
  return {
    site: "factory",
    portBase: 18080,
    server: { host: "127.0.0.1", httpPort: 0, insecure: false, processors: [] },
    broker: { embedded: true, port: 0, insecure: false },
    nodes: [],
    mashup: {
      policy: "P1",
      parameters: {},
      m: 1,
      timeoutMs: 500,
      intervalMs: 1000,
      binding: "http",
      seed: 1,
      ...mashup,
    },
    store: { flushMs: 20, flushRows: 2000 },
  };
}
