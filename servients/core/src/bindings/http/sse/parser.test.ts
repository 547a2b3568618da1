import { describe, expect, it } from "@jest/globals";
import { History } from "../notifications/history";
import { eventFrame } from "./frame";
import { EventStreamParser, type ServerSentEvent } from "./parser";

function parse(chunks: readonly (string | Buffer)[], maximumCharacters = 1000) {
  const events: ServerSentEvent[] = [];
  let overflows = 0;
  const parser = new EventStreamParser({
    onEvent: (event) => events.push(event),
    onOverflow: () => overflows++,
    maximumCharacters,
  });
  for (const chunk of chunks) parser.push(Buffer.from(chunk));
  return { events, overflows, parser };
}

describe("event stream parser", () => {
  const stream =
    "\u{feff}: hi\r\nid: 7\r\nevent: tick\r\ndata: ä\r\ndata:  b\r\n\r\ndata\n\nid\ndata:c\r\r";
  const wanted = [
    { type: "tick", data: "ä\n b", id: "7" },
    { type: "message", data: "", id: "7" },
    { type: "message", data: "c", id: "" },
  ];

  it("reads fields, comments, line ends and the byte order mark as the standard says", () => {
    expect(parse([stream]).events).toEqual(wanted);
  });

  it("reads the same events however the bytes are cut", () => {
    const bytes = Buffer.from(stream);
    for (let size = 1; size < bytes.length; size++) {
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      expect([size, parse(chunks).events]).toEqual([size, wanted]);
    }
  });

  it("dispatches nothing without data, and nothing unfinished", () => {
    expect(parse(["event: x\nid: 3\n\n", "data: half\n"]).events).toEqual([]);
  });

  it("takes a retry time in digits only, and no id with a NUL", () => {
    const { parser } = parse(["retry: 250\nid: a\n\nretry: soon\nid: \0\n\n"]);
    expect([parser.retryMs, parser.lastEventId]).toEqual([250, "a"]);
  });

  it("reports a line or an event that grows beyond its maximum", () => {
    expect(parse(["data: ", "x".repeat(1001)]).overflows).toBeGreaterThan(0);
    expect(parse([`data: ${"x".repeat(600)}\n`, `data: ${"x".repeat(600)}\n`]).overflows).toBe(1);
    expect(parse([`data: ${"x".repeat(900)}\n\n`, `data: ${"x".repeat(900)}\n\n`]).overflows).toBe(
      0,
    );
  });
});

describe("event frame", () => {
  it("comes back whole from the parser, whatever its lines end with", () => {
    for (const data of ["{}", "", "a\nb", "a\r\nb", "a\rb\n", "\u{1f321}"]) {
      const { events } = parse([eventFrame("1", "reading", Buffer.from(data))]);
      const lines = data.replace(/\r\n|\r/g, "\n");
      expect(events).toEqual([{ type: "reading", data: lines, id: "1" }]);
    }
  });
});

describe("event history", () => {
  const entry = (sequence: number, bytes = 1) => ({
    sequence,
    type: "application/json",
    body: Buffer.alloc(bytes),
  });

  it("keeps the newest up to its number and bytes", () => {
    const history = new History(3, 100);
    for (let n = 1; n <= 10; n++) history.add(entry(n));
    expect(history.after(0).map(({ sequence }) => sequence)).toEqual([8, 9, 10]);
    expect(history.after(9).map(({ sequence }) => sequence)).toEqual([10]);
    history.add(entry(11, 99));
    expect(history.after(0).map(({ sequence }) => sequence)).toEqual([10, 11]);
    history.add(entry(12, 101));
    expect(history.size).toBe(0);
    history.add(entry(13));
    expect(history.after(0)).toHaveLength(1);
  });
});
