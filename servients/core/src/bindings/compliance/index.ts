/**
 * What a protocol binding is: one suite, run against each of ours.
 *
 * Every cell goes producer → our server → the wire → our client → consumer, through the Scripting
 * API of node-wot's core. A binding's own test adds only what is special about its protocol.
 *
 * @example
 * describeBinding("http", openHttpHarness);                              // the strictest claims
 * describeBinding("coap", openCoapHarness, { everyNotification: false }); // RFC 7641, section 4.5
 */

export { describeBinding } from "./describe-binding";
export * from "./library";
