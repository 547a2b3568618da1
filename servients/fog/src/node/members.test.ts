import { ConfigError, type SiteNetwork, systemClock } from "@fogwot/core";
import { describe, expect, test } from "@jest/globals";
import { Members } from "./members";

function members(settings: Readonly<Record<string, number>>): Members {
  const device = { id: "field-1", type: "soil-pump", address: "127.0.0.1:9", settings };
  const network = { name: "wifi", wsn: "wifi", driver: "wifi", settings: {}, devices: [device] };
  return new Members({
    network: network as SiteNetwork,
    addresses: {},
    clock: systemClock,
    onJoined: () => undefined,
    onLeft: () => undefined,
  });
}

describe("the settings of a device in the site file", () => {
  test("are what its driver sets, as far as they differ from its own", () => {
    const [device] = members({ dryCount: 3_000, wetCount: 1_200 }).driverDevices();
    expect(device?.parameters).toEqual({ "16": 3_000 });
  });

  test.each(["pump", "temperature", "samplingInterval"])(
    "%s is none: a command and what the type does not have are refused",
    (name) => {
      expect(() => members({ [name]: 1 })).toThrow(ConfigError);
      expect(() => members({ [name]: 1 })).toThrow(/field-1.*dryCount, wetCount/s);
    },
  );

  test("a value that the device confirmed is known until its next reading, a command never kept", () => {
    const made = members({});
    const record = made.record("field-1");
    expect(record.value("pump")).toBeUndefined();
    record.confirm("128", 30);
    expect(record.value("pump")).toBe(30);
    record.takeReading({ values: { "16": 29.5 }, timestampMs: 1, ageMs: 0 });
    expect(record.value("pump")).toBe(29.5);
    record.confirm("17", 1_000);
    expect(made.driverDevices()[0]?.parameters).toEqual({ "17": 1_000 });
  });
});
