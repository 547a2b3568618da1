import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { compiledEntry } from "../../package-root";
import { Code, codeText, MessageType, OptionNumber, uintOption, uriOptions } from "./message";
import { sendMalformed } from "./testing/malformed";
import { get, RawPeer } from "./testing/raw-peer";
import type { RobustCommand, RobustReport } from "./testing/robust-server";

const MEBIBYTE = 1024 * 1024;
const PATHS = [
  ["demo", "properties", "state"],
  ["demo", "actions", "count"],
  ["demo", "events", "reading"],
  ["demo"],
  [".well-known", "core"],
];

// Real sockets and processes on a machine that may be busy.
jest.setTimeout(60_000);

describe("a CoAP server under attack", () => {
  let child: ChildProcess;
  let start: RobustReport;
  beforeEach(async () => {
    const entry = compiledEntry(path.join(__dirname, "testing", "robust-server.ts"));
    child = fork(entry, { execArgv: ["--expose-gc"] });
    [start] = (await once(child, "message")) as [RobustReport];
  });
  afterEach(async () => {
    const exited = once(child, "exit");
    child.disconnect();
    await exited;
  });

  const ask = async (command: RobustCommand): Promise<RobustReport> => {
    const answer = once(child, "message");
    child.send(command);
    const [report] = (await answer) as [RobustReport];
    return report;
  };

  it("is not brought down by the packets that kill other servers", async () => {
    await using peer = await RawPeer.client(start.port);
    const observe = [uintOption(OptionNumber.observe, 0)];
    const state = uriOptions("/demo/properties/state", "");
    const requests = [
      // Observing a property; observing one that changes while the observer is silent.
      get("/demo/properties/state", observe),
      { code: Code.put, options: state, payload: Buffer.from(JSON.stringify("x".repeat(1_000))) },
      { code: Code.put, options: state, payload: Buffer.from(JSON.stringify("y".repeat(1_140))) },
      // A property, an output and an error too large for a datagram.
      get("/demo/properties/state"),
      { code: Code.post, options: uriOptions("/demo/actions/large", "") },
      {
        code: Code.post,
        options: uriOptions("/demo/actions/add", ""),
        payload: Buffer.alloc(1_100, 0x7b),
      },
      // A property that does not exist, one that every object has, all of them.
      get("/demo/properties/nosuch"),
      get("/demo/properties/__proto__"),
      get("/demo/properties"),
      get(`/${"a/".repeat(50)}`),
      { code: Code.get, options: uriOptions("/demo/properties/plain", `scale=${"9".repeat(200)}`) },
      // Methods and types nobody expects.
      ...[5, 6, 7, 20, 31].map((code) => ({ code, options: state })),
      { ...get("/demo", observe), type: MessageType.nonConfirmable },
    ];
    const codes = [];
    for (const request of requests) codes.push(codeText((await peer.request(request)).code));
    expect(codes).toEqual(
      [
        "2.05",
        "2.04",
        "2.04",
        "2.05",
        "2.04",
        "4.04",
        "4.04",
        "4.04",
        "5.00",
        "4.04",
        "2.05",
      ].concat(["4.05", "4.05", "4.05", "4.05", "4.05"], ["2.05"]),
    );
    for (const response of [Code.content, Code.notFound]) {
      for (const type of [0, 1, 2, 3] as const) peer.send({ code: response, type });
    }
    expect(codeText((await peer.request(get("/demo/properties/plain"))).code)).toBe("2.05");
  });

  it("counts 10,000 malformed datagrams, grows by none of them and keeps answering", async () => {
    // Fills the memory of replies: damaged requests that still are requests get answers.
    await sendMalformed(start.port, 16_000, 1, PATHS);
    const warm = await ask({ op: "report" });
    const { countable } = await sendMalformed(start.port, 10_000, 2, PATHS);
    const after = await ask({ op: "report" });
    expect(countable).toBeGreaterThan(4_000);
    expect((after.counters.malformed ?? 0) - (warm.counters.malformed ?? 0)).toBeGreaterThanOrEqual(
      countable,
    );
    expect(after.heapBytes - warm.heapBytes).toBeLessThan(2 * MEBIBYTE);
    await using peer = await RawPeer.client(start.port);
    expect((await peer.request(get("/demo/properties/plain"))).payload.toString()).toBe("7");
  });

  it("keeps nothing of 3,000 requests but the bounded memory of replies, on either side", async () => {
    const warm = await ask({ op: "read", count: 5_000 });
    const after = await ask({ op: "read", count: 3_000 });
    expect(after.timers).toBeLessThanOrEqual(warm.timers);
    expect(after.held).toEqual({
      ...warm.held,
      exchanges: 0,
      confirmables: 0,
      bytes: 0,
      channels: 1,
    });
    expect(after.held.replies).toBe(1_024);
    expect(after.heapBytes - warm.heapBytes).toBeLessThan(MEBIBYTE);
  });

  it("keeps nothing of 300 clients that have read, observed and been destroyed", async () => {
    const warm = await ask({ op: "cycle", count: 600 });
    const after = await ask({ op: "cycle", count: 300 });
    expect([after.sockets, after.timers]).toEqual([start.sockets, start.timers]);
    expect(warm.sockets).toBe(start.sockets);
    expect(after.counters.subscribers).toBe(0);
    expect(after.heapBytes - warm.heapBytes).toBeLessThan(MEBIBYTE);
  });
});
