import * as net from "node:net";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { HostileBoard } from "../../src/soak/malformed/hostile-board";
import { runMalformed } from "../../src/soak/malformed/run";
import { SiteConsumer } from "../../src/soak/site/consumer";
import { LivingSite } from "../../src/soak/site/living-site";
import { withHostileDevice } from "../../src/soak/site/site-copy";

jest.setTimeout(180_000);

let board: HostileBoard;
let site: LivingSite;

beforeAll(async () => {
  board = await HostileBoard.start("wifi-3");
  site = await LivingSite.start({
    ...withHostileDevice("wifi-3", board.address),
    args: ["--no-sense"],
  });
});
afterAll(async () => {
  // Also after a start that failed, nothing may stay.
  const ended = await site?.stop();
  await board?.stop();
  expect(ended?.summary?.leftover).toEqual([]);
  expect(ended?.exitCode).toBe(0);
});

describe("malformed input", () => {
  it("100,000 datagrams and 10,000 payloads per binding are counted and refused, sound requests answered, no memory kept", async () => {
    const { checks, figures } = await runMalformed({
      site,
      board,
      flooded: "wifi-2",
      bystander: "wifi-1",
      perRound: { datagrams: 10_000, others: 1_000 },
      goesOn: (rounds) => rounds < 10,
      seed: 1,
      onProgress: () => undefined,
    });
    expect(checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(figures.floods.map(({ name, sent, counted }) => [name, sent, counted])).toEqual([
      ["datagrams", 100_000, 100_000],
      ["strangers", 10_000, 10_000],
      ["board", 10_000, null],
      ["http", 10_000, 10_000],
      ["coap", 10_000, 10_000],
      ["mqtt", 10_000, 10_000],
    ]);
  });

  it("as half a request on a hundred connections keeps nobody waiting", async () => {
    await using consumer = await SiteConsumer.open(site);
    const port = site.attached.info.nodes[0]?.ports.http ?? 0;
    const half =
      'POST /fog-wifi/wifi-1/actions/getData HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"time';
    const sockets = Array.from({ length: 100 }, () => {
      const socket = net.connect({ host: "127.0.0.1", port });
      socket.on("error", () => undefined);
      socket.write(half);
      return socket;
    });
    expect(await consumer.getData("wifi-1", "http")).toMatchObject({ deviceId: "wifi-1" });
    for (const socket of sockets) socket.destroy();
  });
});
