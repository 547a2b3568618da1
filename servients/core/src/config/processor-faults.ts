import type { Mismatch } from "../errors";
import type { SiteProcessor, SiteProcessorTrust } from "./processors-settings";

interface Tier {
  readonly path: string;
  readonly processors: readonly SiteProcessor[];
  /** Ids of the devices that it may feed from and act on. */
  readonly devices: readonly string[];
}

/** What the schema cannot say of processors: names that nothing has, and nobody whom to trust. */
export function processorFaults(
  trust: SiteProcessorTrust | undefined,
  tiers: readonly Tier[],
): Mismatch[] {
  const faults: Mismatch[] = [];
  for (const { path, processors, devices } of tiers) {
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
        else isKnown(`${at}/from/${f}/processor`, feed.processor, names);
      });
      to.forEach((outlet, o) => {
        isKnown(`${at}/to/${o}/device`, outlet.device, devices);
        if ((outlet.device === undefined) !== (outlet.action === undefined)) {
          faults.push({
            path: `${at}/to/${o}`,
            got: outlet,
            wanted: "device and action, or neither",
          });
        }
      });
      for (const [slot, { device }] of Object.entries(gpio)) {
        isKnown(`${at}/gpio/${slot}/device`, device, devices);
      }
    });
  }
  return faults;
}
