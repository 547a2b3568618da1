/**
 * HTTP/1.1 binding of W3C Web of Things for node-wot's Servient, over TCP or TLS.
 *
 * | path below the server | GET | PUT | POST | DELETE |
 * |---|---|---|---|---|
 * | `/` | URLs of all Thing Descriptions | | | |
 * | `/.well-known/wot` | the only Thing's description, or one that links to all | | | |
 * | `/<thing>` | Thing Description, with an entity tag | | | |
 * | `/<thing>/properties` | all, or those in `?names=`; all changes as event stream | 204 | | |
 * | `/<thing>/properties/<p>` | value; changes as event stream or by poll | 204 | | |
 * | `/<thing>/actions` | status of every asynchronous invocation | | | |
 * | `/<thing>/actions/<a>` | | | 200 with output, 204 without; 201 if asynchronous | |
 * | `/<thing>/actions/<a>/<id>` | status | | | cancels, 204 |
 * | `/<thing>/events` | every event as event stream | | | |
 * | `/<thing>/events/<e>` | event stream, or poll | | | |
 *
 * Values are JSON or CBOR by `Accept` and `Content-Type`; HEAD answers wherever GET does.
 * Every refusal is an RFC 7807 document with the error's `status`, `code` and `details`. An event
 * stream carries `event: <affordance>`, or none with `?sse=message`, and resumes after
 * `Last-Event-ID`; `?subprotocol=longpoll` waits for one notification.
 *
 * @example
 * const servient = new Servient();
 * servient.addServer(new HttpBindingServer({ port: 8080 }));
 * servient.addClientFactory(new HttpBindingClientFactory());
 */

export { HttpBindingClientFactory, type HttpClientOptions } from "./client/client-factory";
export { type HttpCredentials, mayBeSentTo, type Proof, proofFor } from "./client/credentials";
export { createFetch, type Fetch, type FetchInit, type FetchOptions } from "./client/fetch";
export { HttpProtocolError } from "./errors";
export type { CorsOptions, HttpServerOptions } from "./options";
export { apiKeyHeaders, corsHeaders, preflightHeaders } from "./server/cors";
export type { AffordanceRef, Authorize } from "./server/gate";
export { negotiate } from "./server/negotiation";
export { HttpBindingServer, type HttpCounters } from "./server/server";
export {
  renewCertificate,
  secureContextOptions,
  type TakesCertificates,
  type TlsOptions,
} from "./server/tls";
