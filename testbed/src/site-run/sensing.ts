import { milliseconds, percent } from "../up/format";
import { attachServer } from "./policies";
import { fetchServerStatus, type ServerStatus } from "./server-status";

/** Starts or stops the mash-up's sensing, or only looks. @throws SiteNotRunningError, ControlError */
export async function steerSensing(
  site: string | undefined,
  verb: "start" | "stop" | "status",
): Promise<ServerStatus> {
  const server = await attachServer(site);
  if (verb !== "status") await server.request("POST", `/api/sensing/${verb}`);
  return fetchServerStatus(server);
}

export function sensingLines(status: ServerStatus): string[] {
  const figures = (of: { rttMs: number | null; pdr: number | null }): string =>
    `RTT ${milliseconds(of.rttMs)}   PDR ${percent(of.pdr)}`;
  const count = Math.min(status.slots, status.window.slots);
  return [
    `policy ${status.policy}   M = ${status.m}   ${status.slots} slots   ${status.requests} requests`,
    `last ${count} slots   ${figures(status.window)}`,
    `all slots        ${figures(status.total)}`,
    ...status.devices.map(
      (device) => `  ${device.id.padEnd(12)} ${figures(device)}   asked ${device.selected}`,
    ),
  ];
}
