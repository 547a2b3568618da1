import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { until, Workbench } from "./support/fogwot";

jest.setTimeout(180_000);

let bench: Workbench;
beforeAll(() => {
  bench = new Workbench();
});
afterAll(() => bench.close());

describe("fogwot bench", () => {
  it("lists the benchmarks and refuses one that is not there", async () => {
    const { benches } = await bench.json<{ benches: { name: string }[] }>("bench");
    expect(benches.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["bindings", "drivers", "mqtt", "servient", "swap", "wasm"]),
    );
    expect((await bench.run("bench", "toaster")).code).toBe(2);
  });

  // The figures of a busy test machine mean nothing: that they are there, and of whom, is tested.
  it("prints the Servient's overhead, its rates beside node-wot's, and its memory", async () => {
    interface Result {
      figures: { name: string; value: number | null; meetsBar: boolean | null }[];
      details: { throughput: Record<"http" | "coap", { failed: { own: number; stock: number } }> };
    }
    const { figures, details } = await bench.json<Result>("bench", "servient", "--quick");
    for (const { name, value } of figures)
      expect([name, value]).toEqual([name, expect.any(Number)]);
    expect(figures.filter(({ meetsBar }) => meetsBar !== null).map(({ name }) => name)).toEqual([
      "Servient overhead over http, p50",
      "Servient overhead over coap, p50",
      "Servient overhead over mqtt, p50",
      "HTTP ratio",
      "CoAP ratio",
      "fog node memory (RSS), driver and Servient",
    ]);
    expect(details.throughput.http.failed.own).toBe(0);
    expect(details.throughput.coap.failed.own).toBe(0);
    await until(() => bench.living().length === 0, "every process ended");
  });

  it("prints the driver's leg per transport, none of which failed", async () => {
    interface Result {
      figures: { name: string; value: number | null }[];
      details: { legs: Record<string, { failed: number }> };
    }
    const { figures, details } = await bench.json<Result>("bench", "drivers", "--quick");
    expect(figures).toMatchObject([
      { name: "BLE, two characteristics read, p50", value: expect.any(Number) },
      { name: "RS-232, frame in to property updated, p50", value: expect.any(Number) },
      { name: "Wi-Fi, UDP query, p50", value: expect.any(Number) },
      { name: "Zigbee, XBee query, p50", value: expect.any(Number) },
    ]);
    expect(details.legs).toMatchObject({
      rs232: { failed: 0 },
      wifi: { failed: 0 },
      zigbee: { failed: 0 },
    });
    await until(() => bench.living().length === 0, "every process ended");
  });

  it("prints the bindings' rates beside their peers', with the ratios at the top of the result", async () => {
    const ratio = expect.any(Number);
    const result = await bench.json<{ figures: { name: string; value: number | null }[] }>(
      "bench",
      "bindings",
      "--quick",
    );
    expect(result).toMatchObject({
      http: { vsStock: ratio, vsFastify: ratio },
      coap: { vsStock: ratio },
      mqtt: { vsBareEcho: ratio },
      things: { costRatio: { http: ratio, coap: ratio, mqtt: ratio }, failed: 0 },
    });
    // None is missing, which is how a server that refuses would show.
    expect(result.figures.filter(({ value }) => value === null)).toEqual([]);
    await until(() => bench.living().length === 0, "every process ended");
  });

  it("prints what processors cost, and loses no frame over swaps, with both at the top of the result", async () => {
    const number = expect.any(Number);
    const result = await bench.json<{ figures: { name: string; value: number | null }[] }>(
      "bench",
      "wasm",
      "--quick",
    );
    expect(result).toMatchObject({
      ...{ poseUs: number, poseVsC: number, call64Ns: number },
      ...{ swapPauseP99Ms: number, swapFrames: 20_000, swapLost: 0 },
      ...{ publishToRunningMs: number, deployToRunningMs: number, restartMs: number },
    });
    expect(result.figures.filter(({ value }) => value === null)).toEqual([]);
    await until(() => bench.living().length === 0, "every process ended");
  });
});
