import { describe, expect, it } from "@jest/globals";
import { generate, parse } from "coap-packet";
import { createRng } from "../../../random";
import {
  blockSizeWithin,
  Code,
  codeOfStatus,
  codeText,
  contentFormatOf,
  contentTypeOf,
  decodeBlock,
  decodeMessage,
  decodeUint,
  encodeEmpty,
  encodeMessage,
  encodeUint,
  type Message,
  MessageType,
  NO_BYTES,
  OptionNumber,
  statusOfCode,
  uriOptions,
} from ".";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ""), "hex");

const request: Message = {
  type: MessageType.confirmable,
  code: Code.get,
  messageId: 0x7d34,
  token: Buffer.of(0x20),
  options: [{ number: OptionNumber.uriPath, value: Buffer.from("temperature") }],
  payload: NO_BYTES,
};

describe("CoAP messages", () => {
  it("encode the request of RFC 7252, figure 17, byte by byte", () => {
    expect(encodeMessage(request)).toEqual(hex("41 01 7d34 20 bb 74656d7065726174757265"));
  });

  it("decode the response of RFC 7252, figure 17", () => {
    expect(decodeMessage(hex("61 45 7d34 20 ff 32322e332043"))).toEqual({
      type: MessageType.acknowledgement,
      code: Code.content,
      messageId: 0x7d34,
      token: Buffer.of(0x20),
      options: [],
      payload: Buffer.from("22.3 C"),
    });
  });

  it("encode ACK and RST as bare headers", () => {
    expect(encodeEmpty(MessageType.acknowledgement, 0x1234)).toEqual(hex("60 00 1234"));
    expect(encodeEmpty(MessageType.reset, 0xffff)).toEqual(hex("70 00 ffff"));
  });

  it("carry options of every length and delta, sorted", () => {
    const lengths = [0, 1, 12, 13, 268, 269, 1000];
    const numbers = [65_000, 3, 15, 15, 284, 2053, 11];
    const options = numbers.map((number, i) => ({
      number,
      value: Buffer.alloc(lengths[i] ?? 0, i),
    }));
    const decoded = decodeMessage(encodeMessage({ ...request, options }));
    expect(decoded?.options).toEqual([...options].sort((a, b) => a.number - b.number));
  });

  it.each([
    ["nothing", ""],
    ["a cut header", "40 01 00"],
    ["another version", "80 01 0000"],
    ["a token of 9 bytes", "49 01 0000 010203040506070809"],
    ["a token that runs past the end", "44 01 0000 0102"],
    ["an empty message with more than a header", "40 00 0000 00"],
    ["a payload marker without payload", "40 01 0000 ff"],
    ["an option that runs past the end", "40 01 0000 b4 616263"],
    ["a reserved option delta", "40 01 0000 f0"],
    ["a reserved option length", "40 01 0000 0f"],
    ["a cut option delta", "40 01 0000 d0"],
    ["a cut long option length", "40 01 0000 0e 00"],
    ["an option number beyond 16 bits", "40 01 0000 e0fff0 e0fff0"],
    ["more than 64 options", `40 01 0000 ${"00".repeat(65)}`],
  ])("refuse %s", (_, bytes) => {
    expect(decodeMessage(hex(bytes))).toBeUndefined();
  });

  it("agree with the coap-packet library on 2,000 random messages, both ways", () => {
    const rng = createRng(7, "coap-messages");
    const bytes = (length: number): Buffer =>
      Buffer.from(Array.from({ length }, () => rng.int(256)));
    for (let n = 0; n < 2_000; n++) {
      const message: Message = {
        type: rng.int(4) as MessageType,
        code: 1 + rng.int(255),
        messageId: rng.int(65_536),
        token: bytes(rng.int(9)),
        options: Array.from({ length: rng.int(6) }, () => ({
          number: 1 + rng.int(rng.chance(0.2) ? 60_000 : 60),
          value: bytes(rng.int(rng.chance(0.2) ? 400 : 20)),
        })).sort((a, b) => a.number - b.number),
        payload: bytes(rng.int(100)),
      };
      const theirs = parse(encodeMessage(message));
      expect(theirs.messageId).toBe(message.messageId);
      expect(theirs.code).toBe(codeText(message.code));
      expect(theirs.token).toEqual(message.token);
      expect(theirs.payload).toEqual(message.payload);
      expect(theirs.options.map(({ value }) => value)).toEqual(
        message.options.map(({ value }) => value),
      );
      const generated = generate(
        {
          code: codeText(message.code),
          messageId: message.messageId,
          token: message.token,
          options: message.options.map(({ number, value }) => ({ name: String(number), value })),
          payload: message.payload,
          confirmable: message.type === MessageType.confirmable,
          ack: message.type === MessageType.acknowledgement,
          reset: message.type === MessageType.reset,
        },
        100_000,
      );
      expect(decodeMessage(generated)).toEqual(message);
    }
  });
});

describe("CoAP option values", () => {
  it("write unsigned integers without leading zeros", () => {
    const cases: [number, string][] = [
      [0, ""],
      [50, "32"],
      [432, "01b0"],
      [0xffffff, "ffffff"],
      [0xffffffff, "ffffffff"],
    ];
    for (const [value, bytes] of cases) {
      expect(encodeUint(value)).toEqual(hex(bytes));
      expect(decodeUint(hex(bytes))).toBe(value);
    }
  });

  it("refuse the reserved block size and a block option of 4 bytes", () => {
    expect(decodeBlock(hex("0e"))).toEqual({ number: 0, more: true, size: 1024 });
    expect(decodeBlock(hex("07"))).toBeUndefined();
    expect(decodeBlock(hex("00000000"))).toBeUndefined();
    expect([15, 16, 100, 1024, 5000].map(blockSizeWithin)).toEqual([16, 16, 64, 1024, 1024]);
  });

  it("carry a URL's path and query decoded, one option a part", () => {
    const parts = uriOptions("/a%2Fb/gr%C3%B6%C3%9Fe/%zz", "?x=1&y=%26");
    expect(parts.map(({ value }) => value.toString())).toEqual([
      "a/b",
      "größe",
      "%zz",
      "x=1",
      "y=&",
    ]);
    expect(uriOptions("/", "")).toEqual([]);
  });

  it("know media types by number and back", () => {
    expect(contentFormatOf("application/json; charset=utf-8")).toBe(50);
    expect(contentFormatOf("application/td+json")).toBe(432);
    expect(contentTypeOf(60)).toBe("application/cbor");
    expect(contentFormatOf("constructor")).toBeUndefined();
    expect(contentTypeOf(9_999)).toBeUndefined();
  });

  it("map statuses to codes and back", () => {
    for (const status of [
      400, 401, 403, 404, 405, 406, 408, 409, 413, 415, 429, 500, 502, 503, 504,
    ]) {
      expect(statusOfCode(codeOfStatus(status))).toBe(status);
    }
    expect(codeText(codeOfStatus(418))).toBe("4.00");
    expect(codeText(codeOfStatus(599))).toBe("5.00");
    expect(statusOfCode(Code.badOption)).toBe(400);
  });
});
