import { Rig } from "../rig/rig";
import type { SoakDefinition } from "../soak";
import { runFuzz } from "./run";

const COUNT = 2_000_000;
const ROUNDS = 60;
const IDLE_MS = 60_000;

export const soak: SoakDefinition = {
  title: "malformed requests by grammar over every binding: none does harm, sound ones are served",
  run: async ({ count = COUNT, seed }, output, signal) => {
    output.progress("starting a Servient and a broker");
    await using rig = await Rig.start(signal);
    const { checks, figures } = await runFuzz({
      rig,
      count,
      rounds: ROUNDS,
      idleMs: IDLE_MS,
      seed,
      signal,
      onProgress: output.progress,
    });
    return { checks, figures: { count, ...figures } };
  },
};
