import { Rig } from "../rig/rig";
import type { SoakDefinition } from "../soak";
import { runEvents } from "./run";

const COUNT = 20_000;

export const soak: SoakDefinition = {
  title: "events at gaps of 1 ms and in one burst over every binding: all, in order, or counted",
  run: async ({ count = COUNT }, output, signal) => {
    output.progress("starting a Servient and a broker");
    await using rig = await Rig.start(signal);
    const { checks, deliveries } = await runEvents({
      rig,
      counts: { "1 ms gaps": count, "one burst": count },
      onProgress: output.progress,
    });
    return { checks, figures: { count, deliveries } };
  },
};
