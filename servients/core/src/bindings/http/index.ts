/**
 * HTTP/1.1 binding of W3C Web of Things for node-wot's Servient.
 *
 * | path below the server | GET | PUT | POST |
 * |---|---|---|---|
 * | `/` | URLs of all Thing Descriptions | | |
 * | `/<thing>` | Thing Description, with an entity tag | | |
 * | `/<thing>/properties` | every readable property | | |
 * | `/<thing>/properties/<p>` | value, or changes as event stream | 204 | |
 * | `/<thing>/actions/<a>` | | | 200 with output, 204 without |
 * | `/<thing>/events/<e>` | event stream | | |
 *
 * Every refusal is an RFC 7807 document with the error's `status`, `code` and `details`. An event
 * stream carries `event: <affordance>`, or none with `?sse=message`, and resumes after
 * `Last-Event-ID`.
 *
 * @example
 * const servient = new Servient();
 * servient.addServer(new HttpBindingServer({ port: 8080 }));
 * servient.addClientFactory(new HttpBindingClientFactory());
 */

export { HttpBindingClientFactory, type HttpClientOptions } from "./client/client-factory";
export { HttpProtocolError } from "./errors";
export type { CorsOptions, HttpServerOptions } from "./options";
export { negotiate } from "./server/negotiation";
export { HttpBindingServer, type HttpCounters } from "./server/server";
