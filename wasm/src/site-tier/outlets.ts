import type { RecordValue } from "../manifest";
import type { Output } from "../tier";
import type { ChainOutlet } from "./chain-processor";
import type { OnOutput, Surroundings, TierLog } from "./options";

export interface Deliveries {
  readonly surroundings: Surroundings;
  readonly log: TierLog;
  readonly onOutput: OnOutput;
  /** Of the data that it came of; null: of none. */
  readonly ageMs: number | null;
}

/** Does what the chain says of an out-port with each record that left it. */
export function deliver(output: Output, outlet: ChainOutlet, deliveries: Deliveries): void {
  const { surroundings, log, onOutput, ageMs } = deliveries;
  const { processor, port } = output;
  const { action, event, when } = outlet;
  for (const record of output.records()) {
    // The action first: an order is more urgent than its news.
    if (action !== undefined && holds(when, record)) {
      surroundings.act(outlet, record).then(
        () => log.info({ processor, ...outlet }, "carried out"),
        (error: unknown) => log.error({ processor, ...outlet, err: error }, "not carried out"),
      );
    }
    if (event) onOutput(processor, port, record, ageMs);
  }
}

function holds(when: ChainOutlet["when"], record: RecordValue): boolean {
  if (!when) return true;
  const value = record[when.field];
  if (typeof value !== "number") return false;
  const { bits, equals } = when;
  return (
    (bits === undefined || (value & bits) === bits) && (equals === undefined || value === equals)
  );
}
