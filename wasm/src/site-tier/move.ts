import { type Deployed, NotInstalledError, type Portable } from "../runtime";
import type { Settings } from "./retained";

/** The Thing of another tier, as a WoT consumer has it. */
export interface Peer {
  readonly id: string | undefined;
  invokeAction(name: string, input?: never): Promise<{ value(): Promise<unknown> } | undefined>;
}

/** How other tiers are found. */
export interface Peers {
  /** @param to id of its Thing, its name within the site, or the URL of its description */
  consume(to: string): Promise<Peer>;
  stop(): Promise<void>;
}

/** A processor runs on another tier now. */
export interface Moved extends Deployed {
  /** Id of the other tier's Thing. */
  readonly to: string;
  /** Frames that came while it was on its way; the other tier has its own feeds. */
  readonly framesLeft: number;
}

/**
 * Has another tier take a processor.
 * @returns when it runs there, and a restart there would know of it
 * @throws NotInstalledError when it answers nothing; what the tier answers
 */
export async function sendProcessor(
  peer: Peer,
  name: string,
  { artifact, config, state }: Portable,
  settings: Settings[string] | undefined,
): Promise<Deployed> {
  const input = {
    name,
    wasm: base64(artifact.wasm),
    manifest: base64(artifact.manifest),
    signature: base64(artifact.signature),
    config: base64(config),
    state: base64(state),
    ...(settings ? { settings } : {}),
  };
  const answer = await peer.invokeAction("deployProcessor", input as never);
  const deployed = await answer?.value();
  if (deployed === undefined) throw new NotInstalledError(name);
  return deployed as Deployed;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
