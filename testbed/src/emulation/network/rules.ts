import { PATTERN_PACKETS } from "./loss-pattern";
import type { NetworkProfile } from "./profile";

/** Name of the interface at both ends of the leg. */
export const INTERFACE = "fogwot0";
/** The set that holds packets and bytes by protocol and port. */
export const COUNT_TABLE = "fogwot_count";
export const COUNT_SET = "ports";
const LOSS_TABLE = "fogwot_loss";

/**
 * Counts every IP packet on the leg by its ports, both ways. Arriving ones are counted before any is
 * dropped: a lost packet has been on the wire.
 */
export function countingRules(): string {
  const count = (chain: string, match: string): string[] =>
    ["sport", "dport"].map(
      (port) =>
        `add rule ip ${COUNT_TABLE} ${chain} ${match} "${INTERFACE}" meta l4proto { tcp, udp } add @${COUNT_SET} { meta l4proto . th ${port} }`,
    );
  return lines([
    `add table ip ${COUNT_TABLE}`,
    `add set ip ${COUNT_TABLE} ${COUNT_SET} { type inet_proto . inet_service; size 65535; flags dynamic; counter; }`,
    `add chain ip ${COUNT_TABLE} arriving { type filter hook prerouting priority -300; }`,
    `add chain ip ${COUNT_TABLE} leaving { type filter hook postrouting priority 300; }`,
    ...count("arriving", "iifname"),
    ...count("leaving", "oifname"),
  ]);
}

/**
 * Drops arriving packets at the given positions of their count. On INPUT: at OUTPUT the sender would
 * be told, which no lossy link does.
 */
export function lossRules(lost: readonly number[]): string {
  const begin = [`add table ip ${LOSS_TABLE}`, `delete table ip ${LOSS_TABLE}`];
  if (lost.length === 0) return lines(begin);
  const count = `numgen inc mod ${PATTERN_PACKETS}`;
  return lines([
    ...begin,
    `add table ip ${LOSS_TABLE}`,
    `add set ip ${LOSS_TABLE} lost { typeof ${count}; size ${PATTERN_PACKETS}; }`,
    `add element ip ${LOSS_TABLE} lost { ${lost.join(", ")} }`,
    `add chain ip ${LOSS_TABLE} arriving { type filter hook input priority 0; }`,
    `add rule ip ${LOSS_TABLE} arriving iifname "${INTERFACE}" ${count} @lost counter drop`,
  ]);
}

/** Arguments of `tc` for the rate of what leaves; undefined where there is no limit. */
export function rateArguments(profile: NetworkProfile): string[] | undefined {
  const { rateKbps, rateBurstBytes, queueMs } = profile;
  if (rateKbps === undefined) return undefined;
  const bits = Math.round(rateKbps * 1_000);
  return [
    ...["qdisc", "replace", "dev", INTERFACE, "root", "tbf"],
    ...["rate", `${bits}bit`, "burst", `${rateBurstBytes}`, "latency", `${queueMs}ms`],
  ];
}

function lines(commands: readonly string[]): string {
  return `${commands.join("\n")}\n`;
}
