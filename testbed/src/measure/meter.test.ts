import { systemClock } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import { Meter } from "./meter";
import type { TrafficCounter } from "./wire/traffic";

const PORTS = [{ protocol: "tcp", port: 80 }] as const;

function counter(packets: number | null) {
  let bytes = 7;
  const made: TrafficCounter = {
    how: "sockets",
    read: async () => ({ bytes, packets: packets === null ? null : packets * bytes }),
    stop: () => undefined,
  };
  const pass = async (count: number): Promise<number[]> => {
    bytes += count;
    return [1, 2];
  };
  return { made, pass };
}

describe("Meter", () => {
  it("sums up what passed during the blocks of one key, and nothing between them", async () => {
    const { made, pass } = counter(2);
    const meter = new Meter(made, systemClock);
    const lengthOf = ({ length }: readonly number[]): number => length;
    await meter.around("http", PORTS, () => pass(100), lengthOf);
    await pass(1_000);
    await meter.around("http", PORTS, () => pass(50), lengthOf);
    await meter.around(
      "coap",
      PORTS,
      () => pass(10),
      () => 5,
    );
    expect([...meter.traffic]).toEqual([
      ["http", { requests: 4, bytes: 150, packets: 300 }],
      ["coap", { requests: 5, bytes: 10, packets: 20 }],
    ]);
  });

  it("knows nothing, and not 0, where nothing could be seen or nobody said where to look", async () => {
    const { made, pass } = counter(null);
    const meter = new Meter(made, systemClock);
    expect(
      await meter.around(
        "https",
        PORTS,
        () => pass(0),
        () => 1,
      ),
    ).toEqual([1, 2]);
    await meter.around(
      "system",
      [],
      () => pass(10),
      () => 1,
    );
    expect(meter.traffic.size).toBe(0);
    await meter.around(
      "http",
      PORTS,
      () => pass(10),
      () => 1,
    );
    expect(meter.traffic.get("http")).toEqual({ requests: 1, bytes: 10, packets: null });
  });
});
