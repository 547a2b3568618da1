/**
 * The processing server of a site: directory, broker, store, sensing mash-up and their HTTP API.
 *
 * It runs as a process of its own: fork `mashups/dist/src/server/main.js` with a `ServerConfig`
 * (a Supervisor of @fogwot/core does); it answers with a `ServerReport`.
 */
export type { ServerConfig, ServerReport } from "./config";
export { MalformedRequestError, RequestRejectedError } from "./http/errors";
export { startProcessingServer } from "./processing-server";
