import path from "node:path";
import { type LinkSettings, loadSite } from "@fogwot/core/base";
import { type EmulatedBoard, loadEmulation } from "../emulation/emulation-file";
import { findSiteFile } from "../site-run/find-site";
import type { ChannelDevice, ChannelProfile } from "./channel";
import { loadChannel } from "./load-channel";

/**
 * The virtual twin of a site: its devices in the site's order, with the links that `emulation.yaml`
 * gives them. These are board links: what the network between fog node and server adds, and what
 * the programs take, is not in it.
 * @param wanted as for `fogwot up`
 * @throws ConfigError
 */
export function channelOfSite(wanted: string, base = process.cwd()): ChannelProfile {
  const file = findSiteFile(wanted, base);
  const site = loadSite(file);
  const { boards } = loadEmulation(path.join(path.dirname(file), "emulation.yaml"), site);
  const devices = site.nodes
    .flatMap((node) => node.networks)
    .flatMap((network) => network.devices.map(({ id }) => ({ id, wsn: network.wsn })));
  const dead: { slot: number; id: string; dead: boolean }[] = [];
  const emulated = devices.flatMap(({ id, wsn }) => {
    const board = boards.find(({ device }) => device === id);
    if (!board) return [];
    if (board.silent || board.link.cut) dead.push({ slot: 1, id, dead: true });
    return [{ id, wsn, ...linkOf(board) }];
  });
  const channel = { name: site.site, title: `Board links of ${site.site}`, devices: emulated };
  return loadChannel({ ...channel, changes: dead }, file);
}

type Link = Pick<ChannelDevice, "baseMs" | "medianMs" | "sigma" | "ge" | "filter">;

function linkOf({ link }: EmulatedBoard): Link {
  const { baseMs, extraDelayMs, jitter, filterLoss, extraLoss, gilbertElliott } = link;
  return {
    baseMs: baseMs + extraDelayMs,
    medianMs: jitter?.medianMs ?? 0,
    sigma: jitter?.sigma ?? 0,
    filter: 1 - (1 - filterLoss) * (1 - extraLoss),
    ge: burstsOf(gilbertElliott),
  };
}

function burstsOf(bursts: LinkSettings["gilbertElliott"]): ChannelDevice["ge"] {
  if (!bursts) return null;
  const { pGoodToBad, pBadToGood, lossGood, lossBad } = bursts;
  return { pGB: pGoodToBad, pBG: pBadToGood, lossG: lossGood, lossB: lossBad };
}
