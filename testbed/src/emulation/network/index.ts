/**
 * The leg between fog nodes and server as a link of its own that loses packets and has a rate: two
 * network namespaces, made for one command and removed after it.
 *
 * ```ts
 * const profile = loadNetwork("lossy-10");
 * const code = await runInside({ profile, seed: 1, command: process.argv.slice(1), signal });
 * ```
 *
 * Inside, `currentLeg()` tells where one is, and `impair(leg)` begins the losses.
 */
export {
  currentLeg,
  impair,
  type LegPlaces,
  legPlaces,
  legText,
  type NetworkLeg,
  repair,
} from "./network-leg";
export { loadNetwork, NETWORK_SCHEMA, type NetworkProfile, networkNames } from "./profile";
export { runNetworkProgram } from "./programs";
export { runInside } from "./run-inside";
