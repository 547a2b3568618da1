import { DeviceTimeoutError, DriverUnavailableError } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { until } from "../testing/until";
import { heard, observed, read, ThingsRig } from "./testing/rig";

describe("a Network Thing and a Node Thing", () => {
  let rig: ThingsRig;

  beforeEach(async () => {
    rig = await ThingsRig.open();
  });
  afterEach(() => rig.close());

  test("rtt and pdr are taken over getData alone, and reset forgets them", async () => {
    for (let i = 0; i < 3; i++) await rig.getData();
    await rig.device.invokeAction("ping");
    rig.port.failWith = new DeviceTimeoutError("wifi-1", 50);
    await expect(rig.getData()).rejects.toThrow();
    rig.port.failWith = new DriverUnavailableError("wifi");
    await expect(rig.getData()).rejects.toMatchObject({ status: 503 });
    expect([await read(rig.device, "rtt"), await read(rig.device, "pdr")]).toEqual([4, 0.75]);
    expect(await read(rig.network, "delay")).toBe(4);
    expect(await read(rig.network, "packetDeliveryRatio")).toBe(0.75);
    await rig.device.invokeAction("reset");
    expect([await read(rig.device, "rtt"), await read(rig.device, "pdr")]).toEqual([null, null]);
  });

  test("a change of status is an event of the device and of its network", async () => {
    const changes = await heard(rig.device, "statusChanged");
    const members = await heard(rig.network, "membershipChanged");
    rig.record.apply({ kind: "status", device: "wifi-1", status: "online", lastSeenMs: 5 });
    await until(() => changes.length === 1 && members.length === 1);
    expect(changes[0]).toMatchObject({ status: "online", previous: "offline" });
    expect(members[0]).toEqual({ joined: ["wifi-1"], left: [] });
    expect(await read(rig.device, "lastSeen")).toBe("1970-01-01T00:00:00.005Z");
    expect(await read(rig.network, "status")).toBe("degraded");
    expect(await read(rig.network, "devices")).toEqual([
      { id: "wifi-1", title: "Sensor 1", thing: "urn:fogwot:factory:wifi-1", status: "online" },
      { id: "wifi-2", title: "Sensor 2", thing: "urn:fogwot:factory:wifi-2", status: "offline" },
    ]);
  });

  test("getAllData asks every device; one that fails is an entry with an error", async () => {
    rig.otherPort.failWith = new DeviceTimeoutError("wifi-2", 60);
    const output = await rig.network.invokeAction("getAllData", { timeoutMs: 60 });
    expect(await output?.value()).toEqual({
      results: [
        expect.objectContaining({ deviceId: "wifi-1", ok: true, deviceRttMs: 4 }),
        {
          deviceId: "wifi-2",
          ok: false,
          error: {
            code: "DEVICE_TIMEOUT",
            detail: "wifi-2 did not answer within 60 ms",
            status: 504,
          },
        },
      ],
    });
    expect([rig.port.asked.length, rig.otherPort.asked.length]).toEqual([1, 1]);
  });

  test("throughput counts readings per second, and resetStatistics forgets all", async () => {
    expect(await read(rig.network, "throughput")).toBeNull();
    await rig.getData();
    expect(await read(rig.network, "throughput")).toBeGreaterThan(0);
    await rig.network.invokeAction("resetStatistics");
    expect(await read(rig.network, "throughput")).toBeNull();
    expect(await read(rig.network, "packetDeliveryRatio")).toBeNull();
  });

  test("the node tells its load, version, uptime and whether a driver is down", async () => {
    expect(await read(rig.node, "load")).toEqual({
      cpuPercent: expect.any(Number),
      memoryBytes: expect.any(Number),
      eventLoopDelayMs: expect.any(Number),
    });
    expect(await read(rig.node, "version")).toBe("9.9.9");
    expect(await read(rig.node, "uptime")).toBeGreaterThanOrEqual(0);
    expect(await read(rig.node, "status")).toBe("online");
  });

  test("the node tells what is wrong with a driver, and tells observers of a change", async () => {
    const drivers = await observed(rig.node, "drivers");
    rig.problem = new DriverUnavailableError("wifi");
    rig.nodeThing.driversChanged();
    rig.nodeThing.driversChanged();
    await until(() => drivers.length === 1);
    const error = {
      code: "DRIVER_UNAVAILABLE",
      detail: "driver wifi is not running",
      status: 503,
    };
    const down = [{ network: "wifi", wsn: "wifi", status: "offline", error }];
    expect(drivers).toEqual([down]);
    expect(await read(rig.node, "drivers")).toEqual(down);
    expect(await read(rig.node, "status")).toBe("degraded");
    rig.problem = null;
    rig.nodeThing.driversChanged();
    await until(() => drivers.length === 2);
    expect(drivers[1]).toEqual([{ network: "wifi", wsn: "wifi", status: "online" }]);
    expect(await read(rig.node, "status")).toBe("online");
  });
});
