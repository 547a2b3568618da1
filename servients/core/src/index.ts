/**
 * @fogwot/core: what both sides of the site start from. Errors, time, chance, links, child
 * processes, configuration, and a Servient whose HTTP, CoAP and MQTT bindings mean the same.
 */

import "./schemas-when-used";

export * from "./base";
export * from "./bindings/actions";
export * from "./bindings/coap";
export * from "./bindings/consumer";
export * from "./bindings/http";
export { isLoopback, refuseInsecureBind } from "./bindings/loopback";
export * from "./bindings/mqtt";
export * from "./discovery";
export * from "./exposing";
export * from "./security";
export * from "./servient";
export * from "./tier";
