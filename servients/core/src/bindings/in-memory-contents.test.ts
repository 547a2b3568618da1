import { Readable } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import { ContentSerdes } from "@node-wot/core";
import { keepContentsInMemory } from "./in-memory-contents";

const VALUES = [21.5, "a", true, null, [1, { b: "ü" }], { c: null }, ""] as const;

async function streamed(body: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("hex");
}

describe("contents kept in memory", () => {
  const serdes = ContentSerdes.get();
  const bytesOf = async (type: string): Promise<string[]> =>
    Promise.all(
      VALUES.map(async (value) =>
        (await serdes.valueToContent(value as never, {}, type).toBuffer()).toString("hex"),
      ),
    );

  it("carry the bytes that node-wot's own carry, in each media type, and as a stream too", async () => {
    const types = ["application/json", "application/cbor", "text/plain", "application/td+json"];
    const before = await Promise.all(types.map(bytesOf));
    keepContentsInMemory();
    keepContentsInMemory();
    expect(await Promise.all(types.map(bytesOf))).toEqual(before);
    const content = serdes.valueToContent({ a: 1 }, {});
    expect(content.type).toBe("application/json");
    expect(content.body).toBeInstanceOf(Readable);
    expect(await streamed(content.body)).toBe(Buffer.from('{"a":1}').toString("hex"));
  });

  it("leave to node-wot what has no JSON form, as it was", () => {
    keepContentsInMemory();
    expect(() => serdes.valueToContent((() => 1) as never, {})).toThrow("undefined");
    expect(() => serdes.valueToContent(1n as never, {})).toThrow("BigInt");
  });
});
