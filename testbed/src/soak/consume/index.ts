import { Rig } from "../rig/rig";
import type { SoakDefinition } from "../soak";
import { runConsume } from "./run";

const COUNT = 100_000;
const ROUNDS = 40;

export const soak: SoakDefinition = {
  title: "consume, read and let go over every binding: nothing is kept",
  run: async ({ count = COUNT }, output, signal) => {
    output.progress("starting a Servient and a broker");
    await using rig = await Rig.start(signal);
    const { checks, bindings } = await runConsume({
      rig,
      count,
      rounds: ROUNDS,
      signal,
      onProgress: output.progress,
    });
    return { checks, figures: { count, bindings } };
  },
};
