import type { TLSSocket } from "node:tls";
import { createRng, type Rng } from "../../../random";
import { systemClock } from "../../../time";
import { connectByPsk } from "../client/psk-connect";
import { type Frame, NO_BYTES, OptionNumber } from "../message";
import { csmOf, encodeFrame, type PskCredentials, SignalCode } from "../stream";

const CSM = encodeFrame(csmOf({ maximumMessageBytes: 1_152, isBlockWise: true }));
const PATHS = [
  ["compliance-1", "properties", "level"],
  ["compliance-1", "actions", "echo"],
  ["compliance-1"],
];

/**
 * Sends over connections of its own what no well-behaved client sends: requests with critical options
 * that nobody knows, which are refused, and in between streams that break off or make no sense, which
 * end their connection. Seeded, so that a failure repeats.
 *
 * @returns how many the server has to have counted as malformed
 */
export async function sendMalformedFrames(
  port: number,
  psk: PskCredentials,
  count: number,
  seed = 1,
): Promise<number> {
  const rng = createRng(seed, "coap-malformed-frames");
  let countable = 0;
  for (let sent = 0; sent < count; ) {
    const socket = await dial(port, psk);
    socket.write(CSM);
    const requests = Math.min(count - sent, BATCH - 1);
    for (let n = 0; n < requests; n++) socket.write(encodeFrame(refused(rng)));
    countable += requests;
    sent += requests;
    if (sent < count) {
      socket.write(broken(rng));
      countable++;
      sent++;
    } else socket.write(encodeFrame(signal(SignalCode.release)));
    await closed(socket);
  }
  return countable;
}

/** Messages of one connection: each costs a handshake. */
const BATCH = 50;

function dial(port: number, psk: PskCredentials): Promise<TLSSocket> {
  const href = `coaps+tcp://127.0.0.1:${port}/`;
  const { signal: never } = new AbortController();
  const limits = { clock: systemClock, timeoutMs: 10_000, signal: never };
  return connectByPsk({ href, address: "127.0.0.1", port, psk, ...limits });
}

/** The server ends the connection once it has answered all there was. */
function closed(socket: TLSSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.on("error", () => undefined);
    socket.once("close", () => resolve());
    socket.resume();
  });
}

/** A request that reaches no Thing: it has a critical option that nobody knows, or a block of none. */
function refused(rng: Rng): Frame {
  const path = PATHS[rng.int(PATHS.length)] ?? [];
  const bad = rng.chance(0.5)
    ? { number: 1_001 + 2 * rng.int(1_000), value: noise(rng, 20) }
    : { number: OptionNumber.block1, value: Buffer.alloc(4, 0xff) };
  return {
    code: 1 + rng.int(7),
    token: noise(rng, 9),
    options: [
      ...path.map((segment) => ({ number: OptionNumber.uriPath, value: Buffer.from(segment) })),
      bad,
    ],
    payload: noise(rng, 40),
  };
}

/** What ends a stream: a token too long, options that run past the end, a message too large. */
function broken(rng: Rng): Buffer {
  switch (rng.int(4)) {
    case 0:
      return Buffer.of(0x0f, 0x01);
    case 1:
      return Buffer.of(0x20, 0x01, 0xbd, 0xff);
    case 2:
      return Buffer.of(0xf0, 0x7f, 0xff, 0xff, 0xff, 0x01);
    default:
      return encodeFrame({ ...signal(SignalCode.ping), options: [{ number: 9, value: NO_BYTES }] });
  }
}

function noise(rng: Rng, limit: number): Buffer {
  return Buffer.from(Array.from({ length: rng.int(limit) }, () => rng.int(256)));
}

function signal(code: number): Frame {
  return { code, token: NO_BYTES, options: [], payload: NO_BYTES };
}
