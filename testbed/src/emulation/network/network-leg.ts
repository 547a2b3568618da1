import { createRng, InputError } from "@fogwot/core";
import { lossPattern } from "./loss-pattern";
import { FOG_ADDRESS, type NamespacePair, SERVER_ADDRESS } from "./namespace-pair";
import { type NetworkProfile, profileText } from "./profile";
import { pathOf, runNetworkProgram } from "./programs";
import { INTERFACE, lossRules, rateArguments } from "./rules";

/** The leg between fog nodes and server as a process inside it knows it. */
export interface NetworkLeg {
  readonly profile: NetworkProfile;
  readonly seed: number;
  /** Names of the namespaces. */
  readonly fog: string;
  readonly server: string;
}

/** Where the parts of a site stand, and what a part of the fog side is started with. */
export interface LegPlaces {
  readonly serverHost: string;
  readonly nodeHost: string;
  readonly nodeCommand: readonly string[];
}

const VARIABLE = "FOGWOT_NETWORK";

/** The environment that tells a command which leg it stands at the server's end of. */
export function legEnvironment(
  { fog, server }: Pick<NamespacePair, "fog" | "server">,
  profile: NetworkProfile,
  seed: number,
): Record<string, string> {
  const leg: NetworkLeg = { profile, seed, fog, server };
  return { [VARIABLE]: JSON.stringify(leg) };
}

/** The leg this process stands in; undefined outside of one. @throws InputError */
export function currentLeg(
  text: string | undefined = process.env[VARIABLE],
): NetworkLeg | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as NetworkLeg;
  } catch (cause) {
    throw new InputError({ path: `/${VARIABLE}`, got: text, wanted: "a network leg" }, { cause });
  }
}

export function legPlaces({ fog }: NetworkLeg): LegPlaces {
  return {
    serverHost: SERVER_ADDRESS,
    nodeHost: FOG_ADDRESS,
    nodeCommand: [pathOf("ip"), "netns", "exec", fog],
  };
}

/** From now on packets are lost and slowed down as the profile says. @throws ToolError */
export async function impair({ profile, seed, fog, server }: NetworkLeg): Promise<void> {
  for (const [name, way] of [
    [fog, "to the fog node"],
    [server, "to the server"],
  ] as const) {
    const lost = lossPattern(profile, createRng(seed, "network", profile.name, way));
    await runNetworkProgram(
      "ip",
      ["netns", "exec", name, pathOf("nft"), "-f", "-"],
      lossRules(lost),
    );
    const rate = rateArguments(profile);
    if (rate) await runNetworkProgram("tc", ["-n", name, ...rate]);
  }
}

/** The leg is as it was made, so that what ends now ends at once. @throws ToolError */
export async function repair({ profile, fog, server }: NetworkLeg): Promise<void> {
  for (const name of [fog, server]) {
    await runNetworkProgram("ip", ["netns", "exec", name, pathOf("nft"), "-f", "-"], lossRules([]));
    if (rateArguments(profile)) {
      await runNetworkProgram("tc", ["-n", name, "qdisc", "del", "dev", INTERFACE, "root"]);
    }
  }
}

/** "lossy-10 (10 % lost each way)" */
export function legText({ profile }: NetworkLeg): string {
  return `${profile.name} (${profileText(profile)})`;
}
