import { type ProcessorSpec, sourceOf } from "../tier";
import type { ChainFeed, ChainProcessor } from "./chain-processor";

/** A processor of the site file, as its tier knows it; a sink is the outlet's place in the file. */
export function toSpec({ name, from, to, config }: ChainProcessor): ProcessorSpec {
  return {
    name,
    from: from.map((feed) => ({
      source: sourceOfFeed(feed),
      port: feed.port,
      ...(feed.fields ? { fields: feed.fields } : {}),
    })),
    to: to.map(({ port }, index) => ({ port, sink: String(index) })),
    ...(config ? { config } : {}),
  };
}

/** Under which name the tier's owner feeds it. */
export function sourceOfFeed(feed: ChainFeed): string {
  if ("processor" in feed) return sourceOf(feed.processor, feed.out);
  if ("device" in feed) return `device/${feed.device}/${feed.data}`;
  return "event" in feed
    ? `thing/${feed.thing}/event/${feed.event}`
    : `thing/${feed.thing}/property/${feed.property}`;
}
