import { describe, expect, it } from "@jest/globals";
import { SchemeBook } from "./scheme-book";
import { sampleSecurity } from "./testing/sample-security";

const THING = "urn:fogwot:plant:wifi-1";

describe("SchemeBook", () => {
  it("gives each binding the alternatives it can carry, under a name of its own", () => {
    const book = new SchemeBook(sampleSecurity());
    expect(book.schemesFor(THING, "http")).toEqual(["any_sc_http"]);
    expect(book.schemesFor(THING, "coap")).toEqual(["psk_sc"]);
    expect(book.schemesFor(THING, "mqtt")).toEqual(["basic_sc"]);
    const { security, securityDefinitions } = book.securityOf(THING);
    expect(security).toEqual(["any_sc"]);
    expect(securityDefinitions).toEqual({
      basic_sc: { scheme: "basic", in: "header" },
      bearer_sc: { scheme: "bearer", in: "header", alg: "ES256", format: "jwt" },
      apikey_sc: { scheme: "apikey", in: "header", name: "x-api-key" },
      psk_sc: { scheme: "psk" },
      any_sc: { scheme: "combo", oneOf: ["basic_sc", "bearer_sc", "apikey_sc", "psk_sc"] },
      any_sc_http: { scheme: "combo", oneOf: ["basic_sc", "bearer_sc", "apikey_sc"] },
    });
  });

  it("offers a Thing nowhere where half of what has to be shown together cannot be", () => {
    const schemes = {
      basic_sc: { scheme: "basic" },
      psk_sc: { scheme: "psk" },
      key_sc: { scheme: "apikey", in: "query", name: "key" },
      both_sc: { scheme: "combo", allOf: ["basic_sc", "key_sc"] },
      odd_sc: { scheme: "combo", allOf: ["basic_sc", "psk_sc"] },
    } as const;
    const security = sampleSecurity({ schemes, default: "both_sc", things: { odd: "odd_sc" } });
    const book = new SchemeBook(security);
    expect(book.schemesFor(THING, "http")).toEqual(["both_sc"]);
    expect(book.schemesFor(THING, "mqtt")).toEqual([]);
    expect(book.schemesFor("urn:x:odd", "http")).toEqual([]);
  });

  it("names a Thing by its id before its name, and keeps exceptions open on every binding", () => {
    const things = { "wifi-1": "nosec_sc", [THING]: "basic_sc" };
    const book = new SchemeBook(sampleSecurity({ things }));
    expect(book.schemeOf(THING)).toBe("basic_sc");
    expect(book.schemeOf("urn:fogwot:other:wifi-1")).toBe("nosec_sc");
    expect(book.schemesFor("urn:fogwot:other:wifi-1", "coap")).toEqual(["nosec_sc"]);
    expect(book.securityOf("urn:fogwot:other:wifi-1")).toEqual({
      securityDefinitions: { nosec_sc: { scheme: "nosec" } },
      security: ["nosec_sc"],
    });
    expect(book.schemeOf(undefined)).toBe("any_sc");
  });
});
