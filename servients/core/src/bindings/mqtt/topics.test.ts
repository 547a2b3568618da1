import { describe, expect, it } from "@jest/globals";
import {
  isPublishable,
  isWildcard,
  levelName,
  parseRequestTopic,
  requestFilters,
  thingTopic,
  topicLevel,
  topicMatches,
} from "./topics";

const base = "fogwot/factory/fog-wifi/wifi-1";
const parse = (rest: string) => parseRequestTopic(`${base}/${rest}`, (topic) => topic === base);

describe("topic levels", () => {
  it("carry any name and give it back", () => {
    for (const name of [
      "on/off",
      "a+b",
      "#",
      "100%",
      "größe & maß",
      "a b",
      "%2F",
      "\u0001x",
      "../..",
    ]) {
      const level = topicLevel(name);
      expect(level).not.toMatch(/[/+#]/);
      expect(levelName(level)).toBe(name);
    }
  });

  it("that are no encoding of a name are told apart", () => {
    expect(levelName("%zz")).toBeUndefined();
  });

  it("of a Thing's path stay levels", () => {
    expect(thingTopic("fogwot/factory", "fog wifi/wifi#1")).toBe(
      "fogwot/factory/fog wifi/wifi%231",
    );
  });
});

describe("parseRequestTopic", () => {
  const plain = { base, invocation: undefined, correlation: undefined, query: "" };

  it("takes every request apart", () => {
    const subject = `${base}/actions/getData`;
    const action = { ...plain, operation: "invokeaction", subject, name: "getData" };
    expect(parse("actions/getData")).toEqual(action);
    expect(parse("actions/getData/request/abc")).toEqual({ ...action, correlation: "abc" });
    expect(parse("actions/getData/request/c1/42")).toEqual({ ...action, correlation: "c1/42" });
    expect(parse("actions/getData/request/ann/c1/42")?.correlation).toBe("ann/c1/42");
    expect(parse("properties/on%2Foff/get/7")).toMatchObject({
      operation: "readproperty",
      name: "on/off",
      subject: `${base}/properties/on%2Foff`,
      correlation: "7",
    });
    expect(parse("properties/p/set")).toMatchObject({ operation: "writeproperty", name: "p" });
  });

  it("takes requests to the Thing itself apart, and those about one invocation", () => {
    const whole = { ...plain, subject: base, name: "" };
    expect(parse("get")).toEqual({ ...whole, operation: "readmultipleproperties" });
    expect(parse("get/c/1?names=a,b")).toEqual({
      ...{ ...whole, operation: "readmultipleproperties" },
      ...{ correlation: "c/1", query: "names=a,b" },
    });
    expect(parse("set/1")).toMatchObject({ operation: "writemultipleproperties" });
    expect(parse("query/1")).toMatchObject({ operation: "queryallactions", correlation: "1" });
    expect(parse("actions/task/query/4711/c/1")).toMatchObject({
      ...{ operation: "queryaction", subject: `${base}/actions/task`, name: "task" },
      ...{ invocation: "4711", correlation: "c/1" },
    });
    expect(parse("actions/task/cancel/4711")).toMatchObject({
      ...{ operation: "cancelaction", invocation: "4711", correlation: undefined },
    });
  });

  it("tells an affordance named like a verb from a request to the Thing", () => {
    expect(parse("properties/get/set/1")).toMatchObject({
      operation: "writeproperty",
      name: "get",
    });
    expect(parse("actions/query")).toMatchObject({ operation: "invokeaction", name: "query" });
  });

  it("finds the query of a request without an answer", () => {
    const parsed = parse("actions/getData/request/?mediaType=application%2Fcbor");
    const query = "mediaType=application%2Fcbor";
    expect(parsed).toMatchObject({ name: "getData", correlation: undefined, query });
  });

  it("takes nothing else for a request", () => {
    for (const rest of [
      "actions",
      "actions/",
      "actions/getData/request",
      "actions/getData/request/a/b/c/d",
      `actions/getData/request/${"x".repeat(257)}`,
      "actions/getData/response/abc",
      "actions/%zz",
      "properties/p",
      "properties/p/get/a/b/c/d",
      "events/e",
      "other/actions/getData",
      "response/abc",
    ]) {
      expect([rest, parse(rest)]).toEqual([rest, undefined]);
    }
    expect(parseRequestTopic("x/actions/y", () => false)).toBeUndefined();
  });

  it("finds a Thing whose path holds a level named like ours", () => {
    const odd = "fogwot/actions/properties/get/x";
    const found = parseRequestTopic(`${odd}/actions/a`, (topic) => topic === odd);
    expect(found).toMatchObject({ base: odd, name: "a" });
  });

  it("parses whatever the request filters match", () => {
    const filters = requestFilters(base, { actions: true, properties: true, asyncActions: true });
    const topics = [
      ...["actions/a", "actions/a/request/1", "properties/p/get", "properties/p/set/1/2"],
      ...["get/1", "set", "query/1", "actions/a/query/7/1", "actions/a/cancel/7"],
    ];
    for (const topic of topics) {
      expect(filters.filter((filter) => topicMatches(filter, `${base}/${topic}`))).toHaveLength(1);
      expect(parse(topic)).toBeDefined();
    }
    for (const own of [
      "properties/p",
      "events/e",
      "actions/a/response/1",
      "properties/p/error/1",
      "response/1",
    ]) {
      expect(filters.some((filter) => topicMatches(filter, `${base}/${own}`))).toBe(false);
    }
  });
});

describe("topicMatches", () => {
  it("follows the specification's examples (MQTT 5, 4.7.1)", () => {
    const matches: [string, string, boolean][] = [
      ["sport/tennis/player1/#", "sport/tennis/player1", true],
      ["sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true],
      ["sport/#", "sport", true],
      ["sport/tennis/+", "sport/tennis/player1", true],
      ["sport/tennis/+", "sport/tennis/player1/ranking", false],
      ["sport/+", "sport", false],
      ["sport/+", "sport/", true],
      ["+/+", "/finance", true],
      ["/+", "/finance", true],
      ["+", "/finance", false],
      ["#", "$SYS/x", false],
      ["+/monitor/Clients", "$SYS/monitor/Clients", false],
      ["$SYS/#", "$SYS/x", true],
    ];
    for (const [filter, topic, wanted] of matches) {
      expect([filter, topic, topicMatches(filter, topic)]).toEqual([filter, topic, wanted]);
    }
  });

  it("goes with isWildcard and isPublishable", () => {
    expect(["a/+", "#", "+/b"].map(isWildcard)).toEqual([true, true, true]);
    expect(["a/b", "a/b+c"].map(isWildcard)).toEqual([false, false]);
    expect(["a/b", "ä b"].map(isPublishable)).toEqual([true, true]);
    expect(["", "a/+", "a#", "$SYS/x", "a\u0000"].map(isPublishable)).toEqual(Array(5).fill(false));
  });
});
