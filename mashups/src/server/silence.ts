import type { SlotReport } from "../sensing";
import type { EventLog } from "./event-log";

/** So many slots in a row without a reply are told: under the paper's filter, 9 in a row come once in 10,000. */
const SILENT_SLOTS = 50;

/** Tells once when nobody answers any more, and when somebody does again. */
export class Silence {
  readonly #events: EventLog;
  #slots = 0;

  constructor(events: EventLog) {
    this.#events = events;
  }

  take({ slot, outcomes }: SlotReport): void {
    if (outcomes.length === 0) return;
    if (!outcomes.some(({ ok }) => ok)) {
      this.#slots++;
      if (this.#slots !== SILENT_SLOTS) return;
      this.#events.record("no-replies", { fromSlot: slot - SILENT_SLOTS + 1, slots: SILENT_SLOTS });
      return;
    }
    if (this.#slots >= SILENT_SLOTS) {
      this.#events.record("replies-again", { slot, silentSlots: this.#slots });
    }
    this.#slots = 0;
  }
}
