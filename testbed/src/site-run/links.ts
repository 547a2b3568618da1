import { NotFoundError } from "@fogwot/core";
import type { LinkState } from "../emulation/program";
import { percent } from "../up/format";
import { attachSite } from "./attach";
import { findSiteFile } from "./find-site";
import type { LinkChange } from "./link-control";

/** Every link of the running site. @throws SiteNotRunningError */
export async function listLinks(site: string | undefined): Promise<LinkState[]> {
  const { controls } = await attachSite(findSiteFile(site));
  const answers = await Promise.all(
    controls.map(({ api }) => api.request<{ links: LinkState[] }>("GET", "/links")),
  );
  return answers.flatMap((answer) => answer.links);
}

/** Changes one link of the running site. @throws SiteNotRunningError, NotFoundError, ControlError */
export async function changeLink(
  site: string | undefined,
  device: string,
  change: LinkChange,
): Promise<LinkState> {
  const { info, controls } = await attachSite(findSiteFile(site));
  const owner = controls.find(({ info: part }) => servesDevice(part, device));
  if (!owner) throw new NotFoundError(`device ${device} in the running site ${info.site}`);
  const at = `/links/${encodeURIComponent(device)}`;
  if (change.op === "set") return owner.api.request("PATCH", at, change.settings);
  return owner.api.request("POST", `${at}/${change.op}`);
}

function servesDevice(
  part: {
    readonly nodes: readonly { drivers: readonly { devices: readonly string[] }[] }[];
    readonly emulated: Readonly<Record<string, string>>;
  },
  device: string,
): boolean {
  if (part.emulated[device] !== undefined) return true;
  return part.nodes.some((node) => node.drivers.some((driver) => driver.devices.includes(device)));
}

/** A table of links. */
export function linkLines(links: readonly LinkState[]): string[] {
  return [
    "device      where     delay                      loss                           so far",
    ...links.map(({ device, where, settings, sent, lost }) => {
      return [
        device.padEnd(11),
        where.padEnd(9),
        delayText(settings).padEnd(26),
        lossText(settings).padEnd(30),
        countText(sent, lost),
      ]
        .join(" ")
        .trimEnd();
    }),
  ];
}

function countText(sent: number | null, lost: number | null): string {
  if (sent === null || lost === null) return "";
  return `${lost} of ${sent} lost${sent === 0 ? "" : ` (${percent(lost / sent).trim()})`}`;
}

function delayText({ baseMs, extraDelayMs, jitter }: LinkState["settings"]): string {
  const extra = extraDelayMs > 0 ? ` + ${extraDelayMs}` : "";
  const noise = jitter ? ` + LN(${jitter.medianMs}, ${jitter.sigma})` : "";
  return `${baseMs}${extra}${noise} ms`;
}

function lossText(settings: LinkState["settings"]): string {
  if (settings.cut) return "cut";
  const parts = [
    settings.filterLoss > 0 ? `filter ${settings.filterLoss}` : "",
    settings.extraLoss > 0 ? `extra ${settings.extraLoss}` : "",
    settings.gilbertElliott
      ? `bursts ${settings.gilbertElliott.lossGood}/${settings.gilbertElliott.lossBad}`
      : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "none" : parts.join(", ");
}
