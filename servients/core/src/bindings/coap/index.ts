/**
 * CoAP for Things: RFC 7252 with observe (RFC 7641) and block-wise transfers (RFC 7959).
 *
 * @example
 * const servient = new Servient();
 * servient.addServer(new CoapBindingServer({ port: 5683 }));
 * servient.addClientFactory(new CoapBindingClientFactory({ timeoutMs: 500 }));
 * const wot = await servient.start();
 */
export { CoapBindingClientFactory, type CoapClientOptions } from "./client/coap-client-factory";
export type { CoapCredentials } from "./client/credentials";
export { CoapBindingServer } from "./server/coap-server";
export type { CoapSecureOptions, CoapServerCounters, CoapServerOptions } from "./server/options";
export type { PskCredentials } from "./stream";
