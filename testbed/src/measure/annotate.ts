import { systemClock, WaitTimeoutError } from "@fogwot/core";
import { type FormMeasurement, validateThingDescription } from "@fogwot/thing-descriptions";
import { UsageError } from "../errors";
import type { AttachedSite } from "../site-run/attach";
import { fetchThings, type SiteThing } from "../things/thing-descriptions";
import { deviceIdOf } from "./leg";
import type { LegSummary } from "./rows";
import type { Variant } from "./variant";

/** What is told of a Thing, and what its description then says. */
export interface AnnotateOptions {
  readonly site: AttachedSite;
  readonly things: readonly SiteThing[];
  readonly summaries: readonly LegSummary[];
  readonly variants: readonly Variant[];
  /** When the measurement ended. */
  readonly measuredAt: string;
}

const AFFORDANCE = "/actions/getData";
const OPERATION = "invokeaction";
/** The node registers its Things anew within moments of being told. */
const SEEN_LIMIT_MS = 10_000;
const POLL_MS = 100;

/**
 * Only what was asked just as a form says may be written into it.
 * @throws UsageError
 */
export function checkAnnotatable(variants: readonly Variant[], hasOwnSite: boolean): void {
  if (hasOwnSite) {
    throw new UsageError(
      "measure --annotate: wanted a running site, whose directory lasts; not with --ephemeral, --network, --stock or --payload",
    );
  }
  if (variants.some(({ confirmable, qos }) => confirmable !== undefined || qos !== undefined)) {
    throw new UsageError(
      "measure --annotate: wanted the forms as they are; not with --con, --non or --qos",
    );
  }
}

/**
 * Has mean RTT and PDR stand in the measured forms of each Thing's description in the directory, and
 * looks whether they do and the description is a valid one.
 *
 * @returns how many forms
 * @throws ControlError of a node that refuses, WaitTimeoutError, UsageError
 */
export async function annotateThings(options: AnnotateOptions): Promise<number> {
  const { site, things } = options;
  let forms = 0;
  for (const thing of things) {
    const measurements = measurementsOf(thing, options);
    const owner = site.controls.find(({ info }) =>
      info.nodes.some(({ node }) => node === thing.node),
    );
    if (!owner) throw new UsageError(`measure --annotate: ${thing.node} runs on another machine`);
    await owner.api.request("POST", "/measurements", { thing: thing.id, measurements });
    forms += measurements.length;
  }
  await awaitAnnotated(options);
  return forms;
}

function measurementsOf(
  thing: SiteThing,
  { summaries, variants, measuredAt }: Omit<AnnotateOptions, "site" | "things">,
): FormMeasurement[] {
  return variants.flatMap(({ name, binding }) => {
    const summary = summaries.find(
      ({ device, leg }) => leg === name && device === deviceIdOf(thing),
    );
    if (!summary) return [];
    return {
      ...{ affordance: AFFORDANCE, op: OPERATION, binding, measuredAt },
      ...{ rttMs: summary.rtt?.mean ?? null, pdr: summary.pdr, requests: summary.requests },
    };
  });
}

async function awaitAnnotated({ site, things, measuredAt }: AnnotateOptions): Promise<void> {
  const deadlineMs = systemClock.monotonicMs() + SEEN_LIMIT_MS;
  const ids = new Set(things.map(({ id }) => id));
  for (;;) {
    const now = (await fetchThings(site)).filter(({ id }) => ids.has(id));
    if (now.every(({ td }) => JSON.stringify(td).includes(measuredAt))) {
      for (const { td } of now) validateThingDescription(td);
      return;
    }
    if (systemClock.monotonicMs() > deadlineMs) {
      throw new WaitTimeoutError("measurements in the directory", SEEN_LIMIT_MS);
    }
    await systemClock.sleep(POLL_MS);
  }
}
