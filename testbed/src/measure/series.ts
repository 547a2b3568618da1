import { COLOURS } from "../report/page";
import { type LegName, SYSTEM } from "./leg";
import { type Variant, variantLabel } from "./variant";
import type { TrafficCounter } from "./wire/traffic";

export interface Series {
  readonly label: string;
  /** Class of its colour and line. */
  readonly colour: string;
}

/** Label and colour of a leg: the System API grey, variants in their order. */
export function seriesOf(variants: readonly Variant[]): (leg: LegName) => Series {
  return (leg) => {
    const at = variants.findIndex(({ name }) => name === leg);
    const variant = variants[at];
    if (leg === SYSTEM || !variant) return { label: "System API", colour: COLOURS[0] };
    // node-wot's variants are drawn in broken lines, each in the colour of ours before it.
    const own = variants.slice(0, at + 1).filter(({ implementation }) => implementation === "own");
    const colour = COLOURS[1 + ((own.length - 1) % (COLOURS.length - 1))] ?? COLOURS[0];
    const style = variant.implementation === "stock" ? `${colour} other` : colour;
    return { label: variantLabel(variant), colour: style };
  };
}

const COUNTED: Readonly<Record<TrafficCounter["how"], string>> = {
  interface:
    "Counted by the kernel at the network leg: whole IP packets, both ways, lost ones included, to and from the binding's port. Over MQTT that is between fog node and broker, where a new reading is also published to whoever has subscribed.",
  sockets:
    "Counted at the asking program's own sockets: payload without IP and TCP or UDP headers, no packets (for those, --network). Over MQTT that is between asker and broker.",
};

/** How bytes were counted, for a reader of a report. */
export function countedNote(how: TrafficCounter["how"]): string {
  return COUNTED[how];
}
