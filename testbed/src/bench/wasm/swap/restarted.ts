import { systemClock } from "@fogwot/core";
import type { Trust } from "@fogwot/wasm";
import { serve } from "../../../programs/serve";
import { installed } from "../installed";

export interface RestartedConfig {
  readonly folder: string;
  readonly trust: Trust;
  readonly frame: readonly number[];
}

/** The runtime as a process of its own: what was kept is opened and takes its first frame. */
serve<RestartedConfig, number>("bench-restarted", async ({ folder, trust, frame }) => {
  const processor = installed({ folder, trust, clock: systemClock });
  await processor.open();
  const { emissions } = processor.process(0, Uint8Array.from(frame));
  return { report: emissions.length, stop: async () => processor.stop() };
});
