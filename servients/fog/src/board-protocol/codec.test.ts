import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "@fogwot/core/base";
import { describe, expect, test } from "@jest/globals";
import { crc16 } from "./frame";
import { type Message, parseMessage } from "./parser";
import { writeMessage } from "./writer";

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly frame?: Message;
  readonly fault?: string;
  readonly boardAnswer?: (Message & { readonly hex: string }) | null;
}

const folder = path.join(packageRoot(__dirname), "..", "..", "firmware", "test", "vectors");

function vectors(file: string): readonly Vector[] {
  return JSON.parse(readFileSync(path.join(folder, file), "utf8")).vectors;
}

const soundFiles = readdirSync(folder).filter(
  (file) => file.endsWith(".json") && !["malformed.json", "dht11.json"].includes(file),
);
const sound = soundFiles.flatMap(vectors);

describe("the board protocol's vectors", () => {
  test("cover all six message types", () => {
    expect(new Set(sound.map((vector) => vector.frame?.type))).toEqual(
      new Set(["query", "reading", "set", "ack", "push", "error"]),
    );
  });

  test.each(sound.map((vector) => [vector.name, vector] as const))(
    "%s is read and written byte for byte",
    (_name, { hex, frame }) => {
      expect(parseMessage(Buffer.from(hex, "hex"))).toEqual(frame);
      expect(writeMessage(frame as Message).toString("hex")).toBe(hex);
    },
  );

  test.each(vectors("malformed.json").map((vector) => [vector.name, vector] as const))(
    "%s is refused by the first check it fails",
    (_name, { hex, fault, boardAnswer }) => {
      expect(parseMessage(Buffer.from(hex, "hex"))).toBe(fault);
      if (!boardAnswer) return;
      const { hex: answerHex, ...answer } = boardAnswer;
      expect(parseMessage(Buffer.from(answerHex, "hex"))).toEqual(answer);
    },
  );
});

describe("the codec", () => {
  test("has the CRC's published check value", () => {
    expect(crc16(Buffer.from("123456789"))).toBe(0x29b1);
  });

  test("reads a frame that lies inside a larger buffer", () => {
    const frame = Buffer.from("f001010001000000c6f7", "hex");
    const pool = Buffer.concat([Buffer.from("ffff", "hex"), frame, Buffer.from("00", "hex")]);
    expect(parseMessage(pool.subarray(2, 12))).toEqual({ type: "query", sequence: 1 });
  });

  test("finds every single bit that flips on the way", () => {
    const { hex } = vectors("reading.json")[0] as Vector;
    for (let bit = 0; bit < hex.length * 4; bit++) {
      const bytes = Buffer.from(hex, "hex");
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(typeof parseMessage(bytes)).toBe("string");
    }
  });
});
