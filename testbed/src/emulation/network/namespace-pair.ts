import * as fs from "node:fs";
import { isLeftOver, type LegEnd, namespaceName } from "./namespace-name";
import { pathOf, runNetworkProgram, runNetworkProgramNow } from "./programs";
import { countingRules, INTERFACE } from "./rules";

/** Addresses of the leg, of the block set apart for measuring networks (RFC 2544, appendix C.2.2). */
export const FOG_ADDRESS = "198.18.0.1";
export const SERVER_ADDRESS = "198.18.0.2";

/** Where iproute2 keeps its namespaces. */
const NAMESPACES = "/run/netns";

/**
 * Two network namespaces joined by a veth cable, and by nothing else: no route leads out, so no
 * packet can leave the machine, and no address of the leg exists outside.
 */
export class NamespacePair {
  readonly fog = namespaceName("fog");
  readonly server = namespaceName("server");
  #isMade = false;

  /** @throws ToolError; nothing is left then */
  async start(): Promise<void> {
    await removeLeftOver();
    this.#isMade = true;
    try {
      for (const name of [this.fog, this.server])
        await runNetworkProgram("ip", ["netns", "add", name]);
      const peer = ["peer", "name", INTERFACE, "netns", this.server];
      const cable = ["link", "add", INTERFACE, "type", "veth", ...peer];
      await runNetworkProgram("ip", ["-n", this.fog, ...cable]);
      await this.#startEnd("fog", FOG_ADDRESS);
      await this.#startEnd("server", SERVER_ADDRESS);
      const count = ["netns", "exec", this.server, pathOf("nft"), "-f", "-"];
      await runNetworkProgram("ip", count, countingRules());
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Removes both; processes inside keep none of it. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#isMade) return;
    this.#isMade = false;
    await removeNamespaces([this.fog, this.server]);
  }

  /** As `stop`, at once, when the process is about to end. */
  stopNow(): void {
    if (!this.#isMade) return;
    this.#isMade = false;
    for (const name of [this.fog, this.server]) runNetworkProgramNow("ip", ["netns", "del", name]);
  }

  async #startEnd(end: LegEnd, address: string): Promise<void> {
    const ip = (...args: string[]) => runNetworkProgram("ip", ["-n", this[end], ...args]);
    // The kernel hands a virtual cable up to 64 KB as one packet, which would be lost or kept whole.
    await ip("link", "set", INTERFACE, "gso_max_segs", "1");
    await ip("addr", "add", `${address}/30`, "dev", INTERFACE);
    await ip("link", "set", "lo", "up");
    await ip("link", "set", INTERFACE, "up");
  }
}

/** Removes the namespaces of measurements that were killed. @returns their names */
export async function removeLeftOver(): Promise<string[]> {
  const left = namespaces().filter(isLeftOver);
  await removeNamespaces(left);
  return left;
}

/** Every namespace that iproute2 knows. */
export function namespaces(): string[] {
  try {
    return fs.readdirSync(NAMESPACES);
  } catch {
    // No folder: no namespace was ever made here.
    return [];
  }
}

async function removeNamespaces(names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (!namespaces().includes(name)) continue;
    try {
      await runNetworkProgram("ip", ["netns", "del", name]);
    } catch (error) {
      // Another measurement may have removed a left-over one just before us.
      if (namespaces().includes(name)) throw error;
    }
  }
}
