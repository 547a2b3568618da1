import type { SiteProcessor } from "@fogwot/core";
import { type ProcessorSpec, sourceOf } from "@fogwot/wasm";

/** A processor of the site file, as its tier knows it; a sink is the outlet's place in the file. */
export function toSpec({ name, from, to, config }: SiteProcessor): ProcessorSpec {
  return {
    name,
    from: from.map((feed) => {
      const { port } = feed;
      if ("processor" in feed) return { source: sourceOf(feed.processor, feed.out), port };
      const { device, data, fields } = feed;
      return { source: `device/${device}/${data}`, port, ...(fields ? { fields } : {}) };
    }),
    to: to.map(({ port }, index) => ({ port, sink: String(index) })),
    ...(config ? { config } : {}),
  };
}
