/**
 * HTTP/1.1 binding of W3C Web of Things for node-wot's Servient.
 *
 * @example
 * const servient = new Servient();
 * servient.addServer(new HttpBindingServer({ port: 8080 }));
 * servient.addClientFactory(new HttpBindingClientFactory());
 */

export { HttpBindingClientFactory, type HttpClientOptions } from "./client/client-factory";
export { HttpProtocolError } from "./errors";
export type { CorsOptions, HttpServerOptions } from "./options";
export { HttpBindingServer, type HttpCounters } from "./server/server";
