import type { RunningVersion } from "./running-version";

/** How the state came over: whole, in the processor's own words, or not at all. */
export type StateHandOver = "image" | "saved" | "cold";

/**
 * Hands the state of `from` to `to`: the same module with the same configuration takes the whole image,
 * another version what it says it accepts, and what fits neither starts cold.
 */
export function handOverState(from: RunningVersion, to: RunningVersion): StateHandOver {
  if (from.wasmSha256 === to.wasmSha256 && from.configSha256 === to.configSha256) {
    to.restore(from.image());
    return "image";
  }
  const saved = from.saveState();
  if (!saved || !to.acceptsState.includes(saved.version)) return "cold";
  return to.loadState(saved) ? "saved" : "cold";
}
