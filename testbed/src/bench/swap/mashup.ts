import { startServient } from "@fogwot/core";
import { type PolicyReport, type SensedThing, Sensing, type SensingChanges } from "@fogwot/mashups";
import { serve } from "../../programs/serve";

/** A mash-up in a process of its own, as the paper's were: it senses from its start on. */
export interface MashupConfig {
  readonly tds: readonly { readonly id: string }[];
  readonly policy: string;
  readonly m: number;
  readonly timeScale: number;
  readonly seed: number;
}

/** One getData; times in ms. */
export interface MashupRow {
  readonly slot: number;
  /** Begin of the slot since 1970, real. */
  readonly beganMs: number;
  readonly ok: boolean;
  /** Unscaled. */
  readonly rttMs: number | null;
}

export type MashupMessage =
  | { readonly order: "change"; readonly changes: SensingChanges }
  | { readonly order: "rows" };

export type MashupAnswer<M extends MashupMessage["order"]> = M extends "rows"
  ? readonly MashupRow[]
  : PolicyReport;

serve<MashupConfig, null>("bench-mashup", async ({ tds, timeScale, ...settings }) => {
  const servient = await startServient({ name: "bench-mashup", requestTimeoutMs: 10_000 });
  const rows: MashupRow[] = [];
  const sensing = new Sensing({
    ...settings,
    wot: servient.wot,
    run: "swap",
    timeScale,
    things: tds.map((td) => ({ id: td.id, wsn: "boards", td: td as unknown as SensedThing["td"] })),
  });
  sensing.on("slot", ({ slot, outcomes }) => {
    for (const { timestampMs, ok, rttMs } of outcomes) {
      rows.push({ slot, beganMs: timestampMs, ok, rttMs });
    }
  });
  sensing.start();
  return {
    report: null,
    stop: async () => {
      await sensing.close();
      await servient.stop();
    },
    onMessage: async (message) => {
      const asked = message as MashupMessage;
      return asked.order === "rows" ? rows : sensing.change(asked.changes);
    },
  };
});
