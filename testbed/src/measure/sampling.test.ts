import { DeviceTimeoutError, systemClock } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import type { Leg } from "./leg";
import { sample } from "./sampling";

const signal = new AbortController().signal;

function leg(device: string, name: Leg["name"], ask: Leg["ask"]): Leg {
  return { device, name, ask, close: () => undefined };
}

describe("sample", () => {
  it("asks devices in parallel, but each device one request at a time", async () => {
    const underway = new Map<string, number>();
    let mostAtOnce = 0;
    let mostPerDevice = 0;
    const ask = (device: string) => async () => {
      underway.set(device, (underway.get(device) ?? 0) + 1);
      mostPerDevice = Math.max(mostPerDevice, underway.get(device) ?? 0);
      mostAtOnce = Math.max(
        mostAtOnce,
        [...underway.values()].reduce((a, b) => a + b, 0),
      );
      await systemClock.sleep(1);
      underway.set(device, (underway.get(device) ?? 0) - 1);
      return 0.5;
    };
    const legs = ["a", "b", "c"].flatMap((device) => [
      leg(device, "http", ask(device)),
      leg(device, "system", ask(device)),
    ]);
    const samples = await sample({ legs, requests: 5, timeoutMs: 500, clock: systemClock, signal });
    expect(samples).toHaveLength(30);
    expect(mostPerDevice).toBe(1);
    expect(mostAtOnce).toBe(3);
  });

  it("lets another leg begin each block of requests", async () => {
    const order: string[] = [];
    const ask = (name: string) => async () => {
      order.push(name);
      return null;
    };
    const legs = [leg("a", "system", ask("s")), leg("a", "http", ask("h"))];
    const options = { legs, timeoutMs: 500, clock: systemClock, signal };
    await sample({ ...options, requests: 2, blockRequests: 1 });
    expect(order.splice(0).join("")).toBe("shhs");
    await sample({ ...options, requests: 3, blockRequests: 2 });
    expect(order.join("")).toBe("sshhhs");
  });

  it("counts an error under its code and a late answer as a loss", async () => {
    const legs = [
      leg("a", "http", () => Promise.reject(new DeviceTimeoutError("a", 5))),
      leg("b", "http", async () => {
        await systemClock.sleep(20);
        return 1;
      }),
    ];
    const samples = await sample({ legs, requests: 1, timeoutMs: 5, clock: systemClock, signal });
    expect(samples.map(({ ok, rttMs, error }) => ({ ok, rttMs, error }))).toEqual([
      { ok: false, rttMs: null, error: "DEVICE_TIMEOUT" },
      { ok: false, rttMs: null, error: "LATE" },
    ]);
  });

  it("ends with what it has when it is interrupted", async () => {
    const stopping = new AbortController();
    const legs = [
      leg("a", "http", async () => {
        stopping.abort();
        return null;
      }),
    ];
    const options = { legs, requests: 1_000, timeoutMs: 5, clock: systemClock };
    expect(await sample({ ...options, signal: stopping.signal })).toHaveLength(1);
  });
});
