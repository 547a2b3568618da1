import type { LinkSettings } from "@fogwot/core";

/**
 * What a link model delivers in the long run: what passes the filter and is not lost in either
 * state of the Gilbert–Elliott chain, each weighted by the share of time that it holds.
 */
export function modelledDelivery({ filterLoss, gilbertElliott }: LinkSettings): number {
  if (!gilbertElliott) return 1 - filterLoss;
  const { pGoodToBad, pBadToGood, lossGood, lossBad } = gilbertElliott;
  const leaving = pGoodToBad + pBadToGood;
  const bad = leaving === 0 ? 0 : pGoodToBad / leaving;
  return (1 - filterLoss) * (1 - (1 - bad) * lossGood - bad * lossBad);
}
