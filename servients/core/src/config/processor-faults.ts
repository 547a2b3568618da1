import type { Mismatch } from "../errors";
import type { SiteProcessor, SiteProcessorTrust } from "./processors-settings";

export interface FaultyTier {
  readonly path: string;
  readonly processors: readonly SiteProcessor[];
  /** Ids of the devices that it may feed from and act on. */
  readonly devices: readonly string[];
  /** Whether Things may feed it, and be acted on: on the processing server. @default false */
  readonly hasThings?: boolean;
}

/** What the schema cannot say of processors: names that nothing has, and nobody whom to trust. */
export function processorFaults(
  trust: SiteProcessorTrust | undefined,
  tiers: readonly FaultyTier[],
): Mismatch[] {
  const faults: Mismatch[] = [];
  for (const { path, processors, devices, hasThings = false } of tiers) {
    if (processors.length > 0 && !trust) {
      faults.push({
        path: "/processors",
        got: undefined,
        wanted: "whose processors run: trust, or {} for the site's own",
      });
    }
    const names = processors.map(({ name }) => name);
    const isKnown = (at: string, got: string | undefined, known: readonly string[]): void => {
      if (got === undefined || known.includes(got)) return;
      const wanted = known.length > 0 ? `one of ${known.join(", ")}` : "none: there are none";
      faults.push({ path: at, got, wanted });
    };
    const isForThings = (at: string, got: string | undefined): void => {
      if (got === undefined || hasThings) return;
      faults.push({ path: at, got, wanted: "a device of the node: Things feed the server's" });
    };
    processors.forEach(({ name, from, to, gpio = {}, watch, artifact, source }, p) => {
      const at = `${path}/${p}`;
      if (names.indexOf(name) !== p) {
        faults.push({ path: `${at}/name`, got: name, wanted: "a name of its own" });
      }
      if (artifact !== undefined && source !== undefined) {
        faults.push({ path: `${at}/source`, got: source, wanted: "an artifact or a source" });
      }
      if (watch && artifact === undefined && source === undefined) {
        faults.push({ path: `${at}/watch`, got: true, wanted: "an artifact to watch" });
      }
      from.forEach((feed, f) => {
        if ("device" in feed) isKnown(`${at}/from/${f}/device`, feed.device, devices);
        else if ("thing" in feed) isForThings(`${at}/from/${f}/thing`, feed.thing);
        else isKnown(`${at}/from/${f}/processor`, feed.processor, names);
      });
      to.forEach((outlet, o) => {
        isKnown(`${at}/to/${o}/device`, outlet.device, devices);
        isForThings(`${at}/to/${o}/thing`, outlet.thing);
        const targets = [outlet.device, outlet.thing].filter((one) => one !== undefined).length;
        if (targets !== (outlet.action === undefined ? 0 : 1)) {
          const wanted = "a device or a Thing with an action, or none of them";
          faults.push({ path: `${at}/to/${o}`, got: outlet, wanted });
        }
      });
      for (const [slot, { device }] of Object.entries(gpio)) {
        isKnown(`${at}/gpio/${slot}/device`, device, devices);
      }
    });
  }
  return faults;
}
