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
export { CoapBindingServer } from "./server/coap-server";
export type { CoapServerCounters, CoapServerOptions } from "./server/options";
