import { NotFoundError } from "@fogwot/core";
import type { FormMeasurement } from "@fogwot/thing-descriptions";
import type { SiteRun } from "./site-run";

const ANSWER_LIMIT_MS = 5_000;

/** What was measured with forms of one Thing. */
export interface ThingMeasurements {
  /** Its id. */
  readonly thing: string;
  readonly measurements: readonly FormMeasurement[];
}

/**
 * Tells the fog node that serves a Thing, which from then on registers it with them.
 * @throws NotFoundError, InputError of the node
 */
export async function keepMeasurements(
  { info, supervisor }: SiteRun,
  { thing, measurements }: ThingMeasurements,
): Promise<object> {
  const owner = info.nodes.find(({ things }) => things.some(({ id }) => id === thing));
  if (!owner) throw new NotFoundError(`Thing ${thing}`);
  const message = { op: "measurements.set", thing, measurements };
  await supervisor.request(owner.node, message, ANSWER_LIMIT_MS);
  return { thing, forms: measurements.length };
}
