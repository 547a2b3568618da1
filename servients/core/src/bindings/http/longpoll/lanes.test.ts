import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "@jest/globals";
import { Lanes } from "./lanes";

const request = (agent: string, remoteAddress = "127.0.0.1") =>
  ({ socket: { remoteAddress }, headers: { "user-agent": agent } }) as unknown as IncomingMessage;

function open() {
  let nowMs = 0;
  const lanes = new Lanes(() => nowMs);
  return {
    lanes,
    pass: (durationMs: number) => {
      nowMs += durationMs;
    },
  };
}

describe("lanes of clients that poll without a cursor", () => {
  it("go on where the client was, however long it took", () => {
    const { lanes, pass } = open();
    const node = request("node-fetch");
    lanes.begin(node, 3);
    const lane = lanes.take(node, 9);
    expect(lane.sequence).toBe(3);
    lanes.answered(node, lane, 4);
    pass(60_000);
    expect(lanes.take(node, 9)).toMatchObject({ sequence: 4, busy: true });
  });

  it("are different for other agents and other addresses", () => {
    const { lanes } = open();
    lanes.answered(request("a"), lanes.take(request("a"), 1), 2);
    expect(lanes.take(request("b"), 7).sequence).toBe(7);
    expect(lanes.take(request("a", "127.0.0.2"), 8).sequence).toBe(8);
    expect(lanes.take(request("a"), 9).sequence).toBe(2);
  });

  it("are given to clients alike in the order they were answered", () => {
    const { lanes } = open();
    const node = request("node-fetch");
    const first = lanes.take(node, 5);
    const second = lanes.take(node, 5);
    lanes.answered(node, first, 6);
    lanes.answered(node, second, 6);
    expect(lanes.take(node, 8)).toBe(first);
    lanes.answered(node, first, 7);
    expect(lanes.take(node, 8)).toBe(second);
    expect(lanes.take(node, 8)).toBe(first);
  });

  it("are forgotten with a client that goes while it waits", () => {
    const { lanes } = open();
    const node = request("node-fetch");
    const lane = lanes.take(node, 5);
    lanes.drop(node, lane);
    expect(lanes.take(node, 8).sequence).toBe(8);
  });

  it("of a client that went between two polls stop doubling what another gets", () => {
    const { lanes, pass } = open();
    const node = request("node-fetch");
    for (const lane of [lanes.take(node, 0), lanes.take(node, 0)]) lanes.answered(node, lane, 1);
    let doubles = 0;
    let got = 1;
    for (let latest = 2; latest < 40; latest++) {
      pass(500);
      // The only client left polls until there is nothing new, and begins to wait.
      for (let waits = false; !waits; ) {
        const lane = lanes.take(node, latest);
        waits = lane.sequence >= latest;
        const next = waits ? latest : lane.sequence + 1;
        if (!waits && next <= got) doubles++;
        got = Math.max(got, next);
        lanes.answered(node, lane, next);
      }
    }
    expect([got, doubles]).toEqual([39, expect.any(Number)]);
    expect(doubles).toBeLessThan(11);
  });

  it("have a maximum, of clients and of lanes each", () => {
    const { lanes } = open();
    for (let n = 0; n < 3000; n++) lanes.begin(request(`agent ${n}`), n);
    expect(lanes.take(request("agent 2999"), 9999).sequence).toBe(2999);
    expect(lanes.take(request("agent 0"), 9999).sequence).toBe(9999);
    for (let n = 0; n < 100; n++) lanes.begin(request("one"), n);
    expect(lanes.take(request("one"), 9999).sequence).toBe(36);
  });
});
