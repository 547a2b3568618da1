import type { ServerStatus } from "../site-run/server-status";
import { duration, milliseconds, percent } from "./format";

/** What the live block shows; everything but `status` is fixed once the site is up. */
export interface BlockFacts {
  readonly site: string;
  readonly things: { readonly devices: number; readonly networks: number; readonly nodes: number };
  readonly urls: readonly { readonly what: string; readonly url: string }[];
  readonly emulated: number;
  readonly timeScale: number;
  /** Names of child processes that are not running, with their state. */
  readonly troubles: readonly string[];
  readonly elapsedMs: number;
  readonly status: ServerStatus | undefined;
}

const BAR_WIDTH = 20;

/** The live block's lines, without colours, at most `width` wide. */
export function blockLines(facts: BlockFacts, width: number): string[] {
  const { devices, networks, nodes } = facts.things;
  const emulated = facts.emulated > 0 ? ` · ${plural(facts.emulated, "device")} emulated` : "";
  const scaled = facts.timeScale === 1 ? "" : ` · time × ${facts.timeScale}`;
  const lines = [
    `site ${facts.site}   up ${duration(facts.elapsedMs)}${emulated}${scaled}`,
    `things   ${plural(devices, "device")} · ${plural(networks, "network")} · ${plural(nodes, "node")}`,
    ...(facts.status ? sensingLines(facts.status) : []),
    ...facts.urls.map(({ what, url }) => `${what.padEnd(8)} ${url}`),
    ...facts.troubles.map((text) => `trouble  ${text}`),
  ];
  return lines.map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line));
}

/** One line for logs and pipes, where nothing can be redrawn. */
export function plainLine(facts: BlockFacts): string {
  const { status } = facts;
  const troubles = facts.troubles.length > 0 ? ` | trouble: ${facts.troubles.join(", ")}` : "";
  if (!status) return `up ${duration(facts.elapsedMs)}${troubles}`;
  return (
    `up ${duration(facts.elapsedMs)} | ${status.policy} slot ${status.slots} | ` +
    `RTT ${milliseconds(status.window.rttMs)} PDR ${percent(status.window.pdr)} ` +
    `(last ${Math.min(status.slots, status.window.slots)} slots)${troubles}`
  );
}

function sensingLines(status: ServerStatus): string[] {
  const parameters = Object.entries(status.parameters)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(" ");
  const count = Math.min(status.slots, status.window.slots);
  return [
    `policy   ${status.policy}   M = ${status.m}   slot ${status.slots}   ${status.requests} requests   ${parameters}`,
    `last ${String(count).padStart(3)} slots   RTT ${milliseconds(status.window.rttMs)}   PDR ${percent(status.window.pdr)}`,
    ...status.devices.map(
      (device) =>
        `  ${device.id.padEnd(10)} ${bar(device.pdr)}  PDR ${percent(device.pdr)}  ` +
        `RTT ${milliseconds(device.rttMs)}  asked ${device.selected}`,
    ),
  ];
}

function bar(share: number | null): string {
  const filled = Math.round((share ?? 0) * BAR_WIDTH);
  return `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
