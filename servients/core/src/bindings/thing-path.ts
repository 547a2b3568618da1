import type { ExposedThing } from "@node-wot/core";

/**
 * Where a Thing lives below a server's root, without slashes at either end: `fog-wifi/wifi-1`.
 * Used as URL path over HTTP and CoAP and as topic levels over MQTT.
 */
export type ThingPath = (thing: ExposedThing) => string;

/** The Thing's title as a slug: `Climate sensor 1` → `climate-sensor-1`. */
export const titlePath: ThingPath = (thing) =>
  thing.title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "") || "thing";
