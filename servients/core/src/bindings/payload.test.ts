import { Readable } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import { Content, ContentSerdes } from "@node-wot/core";
import { InputError, InternalError, UnsupportedMediaTypeError } from "../errors";
import { decode, fromContent, JSON_TYPE, toContent } from "./payload";

const json = (text: string) => ({ type: JSON_TYPE, body: Buffer.from(text) });

describe("payload", () => {
  it("decodes JSON text that node-wot's codec would take for a string into an error", () => {
    for (const text of ['{"a":', "hello", "01", "\u{feff}1", "NaN"]) {
      expect(() => decode(json(text), { type: "string" })).toThrow(InputError);
    }
  });

  it("refuses JSON that is not UTF-8", () => {
    const body = Buffer.from([0x22, 0xff, 0xfe, 0x22]);
    expect(() => decode({ type: JSON_TYPE, body }, {})).toThrow(InputError);
  });

  it("refuses a media type without a codec, whatever its spelling", () => {
    expect(() => decode({ type: "application/x-none", body: Buffer.from("1") }, {})).toThrow(
      UnsupportedMediaTypeError,
    );
    expect(decode({ type: "Application/JSON; charset=utf-8", body: Buffer.from("1") }, {})).toBe(1);
  });

  it("gives the bytes of a wrapped payload back without copying them", async () => {
    const payload = json("[1]");
    expect((await fromContent(toContent(payload))).body).toBe(payload.body);
  });

  it("offers a wrapped payload as a stream too", async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of toContent(json("[1]")).body) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe("[1]");
  });

  it("reads what node-wot serialised and streams of several chunks", async () => {
    const value = ContentSerdes.get().valueToContent({ a: 1 }, {}, JSON_TYPE);
    expect((await fromContent(value)).body.toString()).toBe('{"a":1}');
    const parts = new Content(JSON_TYPE, Readable.from([Buffer.from("[1"), Buffer.from(",2]")]));
    expect((await fromContent(parts)).body.toString()).toBe("[1,2]");
    const empty = new Content(JSON_TYPE, Readable.from([]));
    expect((await fromContent(empty)).body).toHaveLength(0);
  });

  it("fails instead of waiting for a stream that breaks off", async () => {
    const stream = new Readable({ read: () => undefined });
    const reading = fromContent(new Content(JSON_TYPE, stream));
    stream.destroy();
    await expect(reading).rejects.toBeInstanceOf(InternalError);
  });
});
