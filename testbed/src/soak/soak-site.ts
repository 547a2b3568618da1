import { PERFECT_LINK, type RunningServient, systemClock } from "@fogwot/core";
import type { Output } from "../cli/output";
import { findSiteFile } from "../site-run/find-site";
import { type UsedSite, useSite } from "../site-run/use-site";
import { type Answered, awaitAnswers } from "../things/answers";
import { openClient } from "../things/client";
import { fetchThings, type SiteThing } from "../things/thing-descriptions";

/** What a long run works on: a factory of its own whose links lose nothing, and a client. */
export interface SoakSite {
  readonly site: UsedSite;
  readonly things: readonly SiteThing[];
  readonly client: RunningServient;
  /** Waits until every Thing answers over every binding, or the time is over. */
  everybodyAnswers(
    limitMs: number,
  ): Promise<{ answered: Answered; tookMs: number; silent: readonly string[] }>;
}

const REQUEST_LIMIT_MS = 2_000;

export function withSoakSite<T>(
  output: Output,
  signal: AbortSignal,
  work: (soak: SoakSite) => Promise<T>,
): Promise<T> {
  const siteFile = findSiteFile("factory");
  const options = { siteFile, ephemeral: true, links: PERFECT_LINK, signal };
  return useSite({ ...options, onProgress: output.progress }, async (site) => {
    const client = await openClient(REQUEST_LIMIT_MS);
    try {
      const things = await fetchThings(site);
      return await work({
        site,
        things,
        client,
        everybodyAnswers: async (limitMs) => {
          const startMs = systemClock.monotonicMs();
          const report = await awaitAnswers(client, things, limitMs, signal);
          return { ...report, tookMs: systemClock.monotonicMs() - startMs };
        },
      });
    } finally {
      await client.stop();
      output.endProgress();
    }
  });
}
