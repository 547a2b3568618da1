import { connect } from "node:net";
import { connect as tlsConnect } from "node:tls";
import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { PortInUseError } from "../../../../errors";
import { VirtualClock } from "../../../../time";
import { until } from "../../../compliance";
import { CoapBindingServer, type CoapSecureOptions } from "../..";
import { Code, codeText, OptionNumber, uintOption, uriOptions } from "../../message";
import { SignalCode } from "../../stream";
import { type Demo, startDemo } from "../../testing/demo";
import { get } from "../../testing/raw-peer";
import { StreamPeer } from "../../testing/stream-peer";
import { KEYS, type TypedAccess, typedAccess } from "../../testing/users";

// Real sockets on a machine that may be busy.
jest.setTimeout(60_000);

describe("a secure CoAP server", () => {
  let demo: Demo;
  let users: TypedAccess;
  afterEach(async () => {
    await demo[Symbol.asyncDispose]();
    users.access.close();
  });

  async function start(secure: Partial<CoapSecureOptions> = {}, more = {}): Promise<void> {
    users = typedAccess();
    demo = await startDemo({ secure: { port: 0, access: users.access, ...secure }, ...more });
  }
  const admin = (): Promise<StreamPeer> =>
    StreamPeer.client(demo.securePort, "admin", KEYS.admin ?? "");

  it("tells a client beyond the maximum why it is sent away, and takes the next when one has gone", async () => {
    await start({ maxConnections: 2 });
    await using first = await admin();
    {
      await using second = await admin();
      await second.request(get("/demo"));
      await using third = await admin();
      const abort = await third.next(({ code }) => code === SignalCode.abort);
      expect(abort.payload.toString()).toBe("too many connections");
      await third.closed();
    }
    await until("room for another", () => demo.server.counters.connections === 1);
    await using fourth = await admin();
    for (const peer of [first, fourth]) {
      expect((await peer.request(get("/demo/properties/plain"))).payload.toString()).toBe("7");
    }
  });

  it("ends handshakes that do not begin, and what is no handshake", async () => {
    await start({ handshakeTimeoutMs: 1_000 });
    const silent = connect(demo.securePort, "127.0.0.1");
    const noise = connect(demo.securePort, "127.0.0.1");
    noise.write("GET / HTTP/1.1\r\n\r\n");
    const plain = connect(demo.securePort, "127.0.0.1");
    plain.write(Buffer.of(0x00, 0xe1));
    const sockets = [silent, noise, plain];
    for (const socket of sockets) socket.on("error", () => undefined).resume();
    await until("all to be closed", () => sockets.every((socket) => socket.closed));
    expect(demo.server.counters).toMatchObject({ handshakeFailures: 3, connections: 0 });
    await using peer = await admin();
    expect((await peer.request(get("/demo/properties/plain"))).payload.toString()).toBe("7");
  });

  it("takes no cipher but by pre-shared key, and no TLS but 1.2", async () => {
    await start();
    const attempts = [
      { ciphers: "HIGH:!PSK", maxVersion: "TLSv1.2" },
      { ciphers: "aNULL:eNULL@SECLEVEL=0", maxVersion: "TLSv1.2" },
      { minVersion: "TLSv1.3" },
    ] as const;
    for (const attempt of attempts) {
      const refused = await new Promise((resolve) => {
        const socket = tlsConnect({
          port: demo.securePort,
          host: "127.0.0.1",
          rejectUnauthorized: false,
          ...attempt,
        });
        socket.once("secureConnect", () => resolve(false));
        socket.once("error", () => resolve(true));
        socket.once("close", () => socket.destroy());
      });
      expect([attempt, refused]).toEqual([attempt, true]);
    }
  });

  it("sends an idle client away, but pings one that observes", async () => {
    const clock = new VirtualClock();
    await start({ idleTimeoutMs: 60_000, patienceMs: 10_000 }, { clock });
    await using idle = await admin();
    await using observing = await admin();
    const options = [
      ...uriOptions("/demo/events/reading", ""),
      uintOption(OptionNumber.observe, 0),
    ];
    await idle.request(get("/demo/properties/plain"));
    await observing.request({ code: Code.get, options });
    await clock.advance(60_000);
    await idle.next(({ code }) => code === SignalCode.release);
    await idle.closed();
    await observing.next(({ code }) => code === SignalCode.ping);
    expect(observing.isClosed).toBe(false);
    // No pong: it has gone without a word.
    await clock.advance(10_000);
    await observing.closed();
    await until("the observer to be gone", () => demo.server.counters.subscribers === 0);
  });

  it("answers what is in work before it follows a release", async () => {
    await start();
    await using peer = await admin();
    peer.send({
      code: Code.post,
      options: uriOptions("/demo/actions/slow", ""),
      token: Buffer.of(9),
    });
    await until("the action to run", () => demo.server.held.exchanges === 1);
    peer.send({ code: SignalCode.release });
    peer.send({ code: SignalCode.ping });
    await peer.next(({ code }) => code === SignalCode.pong);
    demo.release();
    const answer = await peer.next(({ token }) => token.equals(Buffer.of(9)));
    expect([codeText(answer.code), answer.payload.toString()]).toEqual(["2.04", '"late"']);
    await peer.closed();
  });

  it("says 5.03 to more requests than it may have in work, over all connections", async () => {
    await start({}, { maxConcurrentRequests: 1 });
    await using one = await admin();
    await using other = await admin();
    one.send({
      code: Code.post,
      options: uriOptions("/demo/actions/slow", ""),
      token: Buffer.of(9),
    });
    await until("the action to run", () => demo.server.held.exchanges === 1);
    expect(codeText((await other.request(get("/demo/properties/plain"))).code)).toBe("5.03");
    demo.release();
    await one.next(({ token }) => token.equals(Buffer.of(9)));
    expect(codeText((await other.request(get("/demo/properties/plain"))).code)).toBe("2.05");
    expect(demo.server.counters.refused).toBe(1);
  });

  it("counts what is malformed, and ends only the connection it came by", async () => {
    await start();
    await using bystander = await admin();
    await using peer = await admin();
    await peer.next(({ code }) => code === SignalCode.csm);
    peer.send({ code: Code.content, token: Buffer.of(1) });
    peer.sendBytes(Buffer.of(0x0f, 0x01));
    await peer.next(({ code }) => code === SignalCode.abort);
    await peer.closed();
    expect(demo.server.counters.malformed).toBe(2);
    expect((await bystander.request(get("/demo/properties/plain"))).payload.toString()).toBe("7");
  });

  it("gives several blocks in one message to who takes them, and single ones to who does not", async () => {
    await start();
    await demo.setState("x".repeat(10_000));
    const port = demo.securePort;
    const read = async (maximumMessageBytes: number): Promise<[number, string][]> => {
      const own = { maximumMessageBytes, isBlockWise: true };
      await using peer = await StreamPeer.client(port, "admin", KEYS.admin ?? "", own);
      const parts: [number, string][] = [];
      for (let at = 0; at < 10_002; ) {
        const isBert = maximumMessageBytes > 2_000;
        const number = at / (isBert ? 1024 : 512);
        const asked = {
          number: OptionNumber.block2,
          value: Buffer.of((number << 4) | (isBert ? 7 : 5)),
        };
        const { payload, options } = await peer.request(
          get("/demo/properties/state", at === 0 ? [] : [asked]),
        );
        const block = options.find((option) => option.number === OptionNumber.block2);
        parts.push([payload.length, block?.value.toString("hex") ?? ""]);
        at += payload.length || 20_000;
      }
      return parts;
    };
    expect(await read(4_500)).toEqual([
      [4_096, "0f"],
      [4_096, "4f"],
      [1_810, "87"],
    ]);
    const single = (await read(1_152)).map(([length]) => length);
    expect([single[0], single[1], single.length]).toEqual([1_024, 512, 19]);
  });

  it("leaves no port behind, whichever of the two is taken", async () => {
    await start();
    const access = users.access;
    const taken = new CoapBindingServer({ port: 0, secure: { port: demo.securePort, access } });
    await expect(taken.start()).rejects.toBeInstanceOf(PortInUseError);
    expect([taken.getPort(), taken.getSecurePort()]).toEqual([-1, -1]);
    const other = new CoapBindingServer({ port: 0, secure: { port: 0, access } });
    await other.start();
    await other.stop();
    await other.stop();
    expect([other.getPort(), other.getSecurePort()]).toEqual([-1, -1]);
    await other.start();
    expect(other.getSecurePort()).toBeGreaterThan(0);
    await other.stop();
  });
});
