import type { DirectoryTd } from "../entry";

export interface SampleOptions {
  readonly title?: string;
  readonly registration?: unknown;
}

/** A small Device Thing as a Servient registers it. */
export function sampleTd(id: string, options: SampleOptions = {}): DirectoryTd {
  const { title = id, registration } = options;
  return {
    "@context": [
      "https://www.w3.org/2022/wot/td/v1.1",
      { "@language": "en", fog: "https://fogwot.dev/ns#" },
    ],
    "@type": ["fog:Device"],
    id,
    title,
    "fog:wsn": "wifi",
    securityDefinitions: { nosec_sc: { scheme: "nosec" } },
    security: ["nosec_sc"],
    actions: {
      getData: { forms: [{ href: `http://127.0.0.1:1/${title}`, op: "invokeaction" }] },
    },
    ...(registration === undefined ? {} : { registration }),
  };
}

/** Stands in for a validator: a Thing needs a title. */
export function needsTitle(td: Readonly<Record<string, unknown>>) {
  return typeof td.title === "string"
    ? []
    : [{ field: "/title", description: "got nothing, wanted a string" }];
}
