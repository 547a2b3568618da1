import { InputError, type Logger } from "@fogwot/core";
import { annotateMeasurements, type FormMeasurement } from "@fogwot/thing-descriptions";

/**
 * RTT and PDR that somebody measured with forms of the node's Things. The node keeps them, because it
 * registers its Things anew again and again, and what was written to the directory alone would be gone.
 */
export class MeasuredForms {
  readonly #measurements = new Map<string, readonly FormMeasurement[]>();
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  /**
   * Replaces what is known of a Thing.
   * @throws InputError where a value is out of range, or no form of the description fits
   */
  set(id: string, td: object, measurements: readonly FormMeasurement[]): void {
    try {
      annotateMeasurements(td, measurements);
    } catch (cause) {
      const got = cause instanceof Error ? cause.message : measurements;
      throw new InputError(
        { path: "/measurements", got, wanted: "values of forms that the Thing has" },
        { cause },
      );
    }
    this.#measurements.set(id, measurements);
  }

  /** The description with what was measured in its forms. */
  annotate<TD extends object>(id: string, td: TD): TD {
    const measurements = this.#measurements.get(id);
    if (!measurements) return td;
    try {
      return annotateMeasurements(td, measurements);
    } catch (error) {
      // The Thing has other forms than when it was measured: what was is no more.
      this.#log.info({ err: error, thing: id }, "measurements dropped");
      this.#measurements.delete(id);
      return td;
    }
  }
}
