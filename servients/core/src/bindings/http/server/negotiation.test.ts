import { describe, expect, it } from "@jest/globals";
import { NotAcceptableError } from "../../../errors";
import { negotiate } from "./negotiation";

describe("content negotiation", () => {
  const offered = ["application/td+json", "application/json", "text/event-stream"] as const;

  it.each([
    [undefined, "application/td+json"],
    ["", "application/td+json"],
    ["*/*", "application/td+json"],
    ["application/json", "application/json"],
    ["application/json;q=0.5, text/event-stream;q=0.6", "text/event-stream"],
    ["APPLICATION/JSON", "application/json"],
    ["application/td+json;q=0, application/*", "application/json"],
    ["text/*, */*;q=0.1", "text/event-stream"],
    ["text/html, */*;q=0.8", "application/td+json"],
    ["application/json; charset=utf-8", "application/json"],
    ["*/*;q=0.2, application/json;q=0.1", "application/td+json"],
  ])("of %s picks %s", (accept, picked) => {
    expect(negotiate(accept, offered)).toBe(picked);
  });

  it.each(["text/html", "*/*;q=0", "application/json;q=x", ";;,,", "json"])(
    "of %j picks nothing",
    (accept) => {
      expect(() => negotiate(accept, offered)).toThrow(NotAcceptableError);
    },
  );
});
