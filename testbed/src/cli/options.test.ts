import { describe, expect, it } from "@jest/globals";
import {
  collectParameter,
  parseDuration,
  parseInteger,
  parseMilliseconds,
  parseNames,
  parsePositive,
  parseProbability,
} from "./options";

describe("options", () => {
  it("reads durations with their unit, and bare numbers as seconds", () => {
    expect(["500ms", "20s", "2m", "1h", "1.5", "3min"].map(parseDuration)).toEqual([
      500, 20_000, 120_000, 3_600_000, 1_500, 180_000,
    ]);
    expect(parseMilliseconds("500")).toBe(500);
    expect(parseMilliseconds("2s")).toBe(2_000);
  });

  it("refuses what is no duration", () => {
    for (const text of ["", "soon", "-1s", "1 day", "s"]) {
      expect(() => parseDuration(text)).toThrow("wanted a duration");
    }
  });

  it("reads probabilities as shares and percent, and nothing beyond 0…1", () => {
    expect(["0", "0.3", "30%", "1", "100%", ".5"].map(parseProbability)).toEqual([
      0, 0.3, 0.3, 1, 1, 0.5,
    ]);
    for (const text of ["1.1", "101%", "-0.1", "", "x"]) {
      expect(() => parseProbability(text)).toThrow("wanted a probability");
    }
  });

  it("holds numbers to their bounds", () => {
    expect(parseInteger(0, 10)("7")).toBe(7);
    for (const text of ["11", "-1", "1.5", "", "x"]) {
      expect(() => parseInteger(0, 10)(text)).toThrow("wanted a whole number of 0…10");
    }
    expect(parsePositive(100)("0.1")).toBe(0.1);
    expect(() => parsePositive(100)("0")).toThrow("wanted a number above 0");
  });

  it("collects parameters as JSON where they are JSON, else as text", () => {
    const first = collectParameter("alpha=0.3");
    expect(collectParameter("mode=fast", first)).toEqual({ alpha: 0.3, mode: "fast" });
    expect(() => collectParameter("alpha")).toThrow("wanted name=value");
  });

  it("names the member of a list that is not allowed, and drops repetitions", () => {
    const parse = parseNames(["http", "coap"]);
    expect(parse("coap, http,coap")).toEqual(["coap", "http"]);
    expect(() => parse("http,ftp")).toThrow("ftp: wanted some of http,coap");
  });
});
