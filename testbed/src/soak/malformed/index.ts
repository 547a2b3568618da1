import { systemClock } from "@fogwot/core";
import { LivingSite } from "../site/living-site";
import { withHostileDevice } from "../site/site-copy";
import type { SoakDefinition } from "../soak";
import { HostileBoard } from "./hostile-board";
import { runMalformed } from "./run";

const HOSTILE = "wifi-3";
const FLOODED = "wifi-2";
const BYSTANDER = "wifi-1";
const PER_ROUND = { datagrams: 10_000, others: 1_000 };

export const soak: SoakDefinition = {
  title: "malformed datagrams and payloads without end: counted, refused, forgotten",
  run: async ({ forMs, seed }, output, signal) => {
    output.progress("starting a site with one hostile device");
    await using board = await HostileBoard.start(HOSTILE);
    await using site = await LivingSite.start({
      ...withHostileDevice(HOSTILE, board.address),
      args: ["--no-sense"],
    });
    const endMs = systemClock.monotonicMs() + forMs;
    const { checks, figures } = await runMalformed({
      site,
      board,
      seed,
      flooded: FLOODED,
      bystander: BYSTANDER,
      perRound: PER_ROUND,
      goesOn: () => !signal.aborted && systemClock.monotonicMs() < endMs,
      onProgress: output.progress,
    });
    return { checks, figures: { ...figures } };
  },
};
