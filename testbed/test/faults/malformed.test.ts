import { describe, expect, it, jest } from "@jest/globals";
import { HostileBoard } from "../../src/soak/malformed/hostile-board";
import { runMalformed } from "../../src/soak/malformed/run";
import { LivingSite } from "../../src/soak/site/living-site";
import { withHostileDevice } from "../../src/soak/site/site-copy";

jest.setTimeout(180_000);

describe("bad input by the thousand", () => {
  it("is counted, refused and forgotten, while sound requests are answered", async () => {
    await using board = await HostileBoard.start("wifi-3");
    await using site = await LivingSite.start({
      ...withHostileDevice("wifi-3", board.address),
      args: ["--no-sense"],
    });
    const figures = await runMalformed({
      site,
      board,
      bystander: "wifi-1",
      perRound: { datagrams: 5_000, payloads: 500 },
      goesOn: (rounds) => rounds < 20,
      seed: 1,
      onProgress: (text) => console.log(new Date().toISOString(), text),
    });
    console.log(JSON.stringify(figures, null, 1));
    expect(figures.faults).toEqual([]);
  });
});
