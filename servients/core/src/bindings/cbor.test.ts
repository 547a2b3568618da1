import { describe, expect, it } from "@jest/globals";
import { ContentSerdes } from "@node-wot/core";
import { InputError } from "../errors";
import { CBOR_TYPE, decodeCbor, encodeCbor } from "./cbor";
import { decode, encode } from "./payload";

const hex = (text: string): Buffer => Buffer.from(text, "hex");

describe("CBOR payloads", () => {
  it("carry every JSON value unchanged, large ones too", () => {
    const values = [null, true, -42, 21.625, 1e300, "grün \u{1f331}", [], {}, [1, ["x"]]];
    const nested = { a: { b: [1, { c: null }] }, "": 0, __proto__x: 1 };
    for (const value of [...values, nested, "x".repeat(200_000), Array(50_000).fill(1.5)]) {
      expect(decodeCbor(encodeCbor(value))).toEqual(value);
    }
  });

  it("encode as RFC 8949 has it", () => {
    expect(encodeCbor({ a: 1, b: [2, 3] }).toString("hex")).toBe("a26161016162820203");
    expect(encodeCbor(1.5).toString("hex")).toMatch(/^(f93e00|fb3ff8000000000000)$/);
  });

  it("write down what JSON does by toJSON", () => {
    expect(decodeCbor(encodeCbor({ at: new Date(0) }))).toEqual({ at: "1970-01-01T00:00:00.000Z" });
  });

  it("are refused when they are broken off, followed by more, or no JSON value", () => {
    const refused = {
      truncated: "82 01",
      "two items": "01 02",
      tag: "c1 1a 51 4b 67 b0",
      undefined: "f7",
      infinity: "f9 7c 00",
      "not a number": "f9 7e 00",
      "64 bits": "1b ff ff ff ff ff ff ff ff",
      "duplicate key": "a2 61 61 01 61 61 02",
      "number as key": "a1 01 02",
      "huge array": "9b 00 00 00 01 00 00 00 00",
      bytes: "81 41 01",
      reserved: "1c",
    };
    for (const [what, text] of Object.entries(refused)) {
      const body = hex(text.replaceAll(" ", ""));
      const attempt = (): unknown => decode({ type: CBOR_TYPE, body }, {});
      expect([what, attempt]).toEqual([what, expect.any(Function)]);
      expect(attempt).toThrow(InputError);
    }
    expect(() => decode({ type: CBOR_TYPE, body: Buffer.alloc(100_000, 0x81) }, {})).toThrow(
      InputError,
    );
  });

  it("name the place of a byte string, which JSON does not have", () => {
    const body = encodeCbor({ "a/b": [1, Uint8Array.of(1)] });
    expect(() => decodeCbor(body)).toThrow("/a~1b/1");
  });

  it("keep a member named __proto__ from becoming a prototype", () => {
    const value = decodeCbor(encodeCbor(JSON.parse('{"__proto__":{"admin":true}}')));
    expect((value as { admin?: boolean }).admin).toBeUndefined();
  });

  it("are what node-wot's handlers read and write too", () => {
    const serdes = ContentSerdes.get();
    expect(() => serdes.contentToValue({ type: CBOR_TYPE, body: hex("c100") }, {})).toThrow();
    expect(serdes.contentToValue({ type: CBOR_TYPE, body: hex("182a") }, {})).toBe(42);
    expect(encode(undefined, CBOR_TYPE).body).toHaveLength(0);
    expect(encode(42, CBOR_TYPE).body.toString("hex")).toBe("182a");
  });
});
