import type { Logger, SiteOutlet } from "@fogwot/core";
import type { Output, RecordValue } from "@fogwot/wasm";
import type { DeviceAccess } from "./device-access";

export interface Deliveries {
  readonly devices: DeviceAccess;
  readonly log: Logger;
  readonly onOutput: (
    processor: string,
    port: string,
    record: RecordValue,
    ageMs: number | null,
  ) => void;
  /** Of the data that it came of; null: of none. */
  readonly ageMs: number | null;
}

/** Does what the site file says of an out-port with each record that left it. */
export function deliver(output: Output, outlet: SiteOutlet, deliveries: Deliveries): void {
  const { devices, log, onOutput, ageMs } = deliveries;
  const { processor, port } = output;
  const { device, action, event, when } = outlet;
  for (const record of output.records()) {
    // The device first: an order is more urgent than its news.
    if (device !== undefined && action !== undefined && holds(when, record)) {
      devices.invoke(device, action).then(
        () => log.info({ processor, port, device, action }, "carried out"),
        (error: unknown) =>
          log.error({ processor, port, device, action, err: error }, "not carried out"),
      );
    }
    if (event) onOutput(processor, port, record, ageMs);
  }
}

function holds(when: SiteOutlet["when"], record: RecordValue): boolean {
  if (!when) return true;
  const value = record[when.field];
  if (typeof value !== "number") return false;
  const { bits, equals } = when;
  return (
    (bits === undefined || (value & bits) === bits) && (equals === undefined || value === equals)
  );
}
