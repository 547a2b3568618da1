import type { Clock, Logger } from "@fogwot/core";
import type { Store } from "../store";

/** Everything that happens to a run and is no outcome. */
export type EventKind =
  | "run-started"
  | "sensing-started"
  | "sensing-stopped"
  | "policy-switched"
  | "policy-tuned"
  | "policy-rolled-back"
  | "settings-changed"
  | "device-joined"
  | "device-left"
  | "coverage-violation"
  | "coverage-restored"
  | "no-replies"
  | "replies-again"
  | "mashup-fault"
  | "rows-lost";

/** Writes the events of a run to the log and to the store. */
export class EventLog {
  readonly #store: Store;
  readonly #run: string;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(options: { store: Store; run: string; clock: Clock; log: Logger }) {
    this.#store = options.store;
    this.#run = options.run;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  record(kind: EventKind, detail: Readonly<Record<string, unknown>> = {}): void {
    this.#log.info({ event: kind, ...detail }, kind);
    const event = {
      timestampMs: Math.round(this.#clock.now()),
      run: this.#run,
      kind,
      detail: JSON.stringify(detail),
    };
    this.#store.append([], [], [event]).catch((thrown: unknown) => {
      this.#log.warn({ err: thrown, event: kind }, "the event was not stored");
    });
  }
}
