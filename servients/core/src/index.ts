/**
 * @fogwot/core: what both sides of the site start from. Errors, time, chance, links, child
 * processes, configuration, and a Servient whose HTTP, CoAP and MQTT bindings mean the same.
 */

export * from "./bindings/mqtt";
export * from "./config";
export * from "./errors";
export * from "./link";
export * from "./log";
export * from "./package-root";
export * from "./process";
export * from "./random";
export * from "./servient";
export * from "./time";
