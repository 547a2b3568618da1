import { createRng, VirtualClock } from "@fogwot/core/base";
import { describe, expect, test } from "@jest/globals";
import { parseAddress } from "./address";
import {
  decodeHumidity,
  decodeTemperature,
  ESS,
  encodeHumidity,
  encodeInterval,
  encodeTemperature,
} from "./profile";
import { Sample } from "./sample";

const hex = (text: string): Buffer => Buffer.from(text, "hex");

describe("values of the Environmental Sensing Service", () => {
  test.each([
    ["6608", 21.5, 21_500],
    ["f3fd", -5.25, -5_250],
    ["4d95", -273.15, -273_150],
    ["ff7f", 327.67, 327_670],
  ])("a temperature of %s is %d °C", (bytes, celsius, milli) => {
    expect(decodeTemperature(hex(bytes))).toBe(celsius);
    expect(encodeTemperature(milli).toString("hex")).toBe(bytes);
  });

  test.each([
    ["0000", 0, 0],
    ["9411", 45, 45_000],
    ["1027", 100, 100_000],
  ])("a humidity of %s is %d %%", (bytes, percent, milli) => {
    expect(decodeHumidity(hex(bytes))).toBe(percent);
    expect(encodeHumidity(milli).toString("hex")).toBe(bytes);
  });

  test("that the sensor does not know are null, those that cannot be are undefined", () => {
    expect(decodeTemperature(hex("0080"))).toBeNull();
    expect(decodeHumidity(hex("ffff"))).toBeNull();
    for (const bytes of ["", "66", "660800", "4c95"]) {
      expect(decodeTemperature(hex(bytes))).toBeUndefined();
    }
    for (const bytes of ["", "94", "941100", "1127"]) {
      expect(decodeHumidity(hex(bytes))).toBeUndefined();
    }
    expect(decodeTemperature(encodeTemperature(400_000))).toBeNull();
    expect(decodeHumidity(encodeHumidity(-1_000))).toBeNull();
  });

  test("an interval is four bytes, the least significant first", () => {
    expect(encodeInterval(2_000).toString("hex")).toBe("d0070000");
  });
});

describe("a sample", () => {
  test("is complete before it is told, and told once for all of its values", async () => {
    const clock = new VirtualClock();
    const readings: unknown[] = [];
    const sample = new Sample({
      clock,
      count: () => undefined,
      onHeard: () => undefined,
      onReading: ({ values }) => readings.push(values),
    });
    sample.expect([ESS.temperature, ESS.humidity]);
    sample.hear(ESS.temperature, hex("6608"));
    await clock.advance(100);
    expect(readings).toEqual([]);
    sample.hear(ESS.temperature, hex("6608"));
    sample.hear(ESS.humidity, hex("9411"));
    await clock.advance(100);
    expect(readings).toEqual([{ temperature: 21.5, relativeHumidity: 45 }]);
    expect(clock.pending).toBe(0);
  });

  test("of a million bytes at random has no value out of range, and every other one is counted", async () => {
    const clock = new VirtualClock();
    const rng = createRng(5, "fuzz");
    let malformed = 0;
    let heard = 0;
    const sample = new Sample({
      clock,
      count: () => malformed++,
      onHeard: () => heard++,
      onReading: ({ values }) => {
        expect(values.temperature).toBeGreaterThan(-273.16);
        expect(values.relativeHumidity).toBeLessThanOrEqual(100);
      },
    });
    sample.expect([ESS.temperature, ESS.humidity]);
    let told = 0;
    for (let bytes = 0; bytes < 1_000_000; told++) {
      const value = Buffer.from(Array.from({ length: rng.int(5) }, () => rng.int(256)));
      bytes += value.length;
      sample.hear(rng.chance(0.5) ? ESS.temperature : ESS.humidity, value);
      if (told % 1_000 === 0) await clock.advance(20);
    }
    sample.stop();
    expect(heard).toBeGreaterThan(10_000);
    expect(malformed + heard).toBeGreaterThan(told * 0.99);
    expect(clock.pending).toBe(0);
  });
});

describe("a device address", () => {
  test("is taken as it is written, and refused with the device's name", () => {
    expect(parseAddress("ble-1", "C4:C1:38:00:00:01")).toBe("c4c138000001");
    expect(parseAddress("ble-1", "c4-c1-38-00-00-01")).toBe("c4c138000001");
    for (const text of ["", "C4:C1:38:00:00", "00:00:00:00:00:00", "GG:C1:38:00:00:01"]) {
      expect(() => parseAddress("ble-1", text)).toThrow(/ble-1/);
    }
  });
});
