/**
 * `@fogwot/core/compliance`: the suite and each binding of ours put under it, without a test runner.
 *
 * @example
 * const results = await runCells(openHttpHarness, cellGroups(HTTP_CLAIMS), { claims: HTTP_CLAIMS });
 */

export { openCoapHarness } from "../coap/testing/harness";
export { openHttpHarness } from "../http/testing/harness";
export { openMqttHarness } from "../mqtt/testing/harness";
export * from "./claims";
export * from "./library";
