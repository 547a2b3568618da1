/** WebAssembly processors on the processing server: fed by Things of the directory, acting on them. */
export { type ServerTier, type ServerTierOptions, startServerTier } from "./server-tier";
