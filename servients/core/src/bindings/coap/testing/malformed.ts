import { createSocket, type Socket } from "node:dgram";
import { WaitTimeoutError } from "../../../errors";
import { createRng, type Rng } from "../../../random";
import { decodeMessage, encodeMessage, MessageType, OptionNumber } from "../message";

export interface MalformedTally {
  /** Datagrams the server has to have counted as malformed. */
  readonly countable: number;
  readonly sent: number;
}

/** Datagrams between two pings: loopback UDP drops what nobody has read yet. */
const BATCH = 50;
const PING_TIMEOUT_MS = 10_000;

/**
 * Throws datagrams at a server that no well-behaved client sends: noise, cut and flipped valid
 * requests, options that run past the end, and the like. Seeded, so that a failure repeats.
 */
export async function sendMalformed(
  port: number,
  count: number,
  seed = 1,
  paths: readonly (readonly string[])[] = PATHS,
): Promise<MalformedTally> {
  const rng = createRng(seed, "coap-malformed");
  const socket = createSocket("udp4");
  let countable = 0;
  try {
    await new Promise<void>((resolve) => socket.connect(port, "127.0.0.1", resolve));
    for (let sent = 0; sent < count; sent++) {
      const datagram = badDatagram(rng, paths);
      if (isCountable(datagram)) countable++;
      await new Promise<void>((resolve, reject) =>
        socket.send(datagram, (error) => (error ? reject(error) : resolve())),
      );
      if (sent % BATCH === BATCH - 1 || sent === count - 1) await ping(socket, sent);
    }
  } finally {
    socket.close();
  }
  return { countable, sent: count };
}

const PATHS = [
  ["compliance-1", "properties", "level"],
  ["compliance-1", "actions", "echo"],
  ["compliance-1", "events", "reading"],
  ["compliance-1"],
  [".well-known", "core"],
];

/** Noise half of the time, a damaged request the other half. */
export function badDatagram(rng: Rng, paths: readonly (readonly string[])[] = PATHS): Buffer {
  if (rng.chance(0.4)) return noise(rng);
  const valid = request(rng, paths[rng.int(paths.length)] ?? []);
  switch (rng.int(5)) {
    case 0:
      return valid.subarray(0, rng.int(valid.length));
    case 1:
      return Buffer.concat([valid, Buffer.of(0xff)]);
    case 2:
      return flip(rng, valid);
    case 3:
      // An option whose length runs past the end.
      return Buffer.concat([valid.subarray(0, 4), Buffer.of(0xbd, 0xff, 0x61)]);
    default:
      return flip(rng, flip(rng, flip(rng, valid)));
  }
}

/** Whether a server must count it: no message at all, or a request that is an ACK or a RST. */
function isCountable(datagram: Buffer): boolean {
  const message = decodeMessage(datagram);
  if (!message) return true;
  const isRequest = message.code > 0 && message.code < 32;
  const isReply =
    message.type === MessageType.acknowledgement || message.type === MessageType.reset;
  return isRequest && isReply;
}

function noise(rng: Rng): Buffer {
  return Buffer.from(Array.from({ length: rng.int(80) }, () => rng.int(256)));
}

function flip(rng: Rng, datagram: Buffer): Buffer {
  const copy = Buffer.from(datagram);
  const at = rng.int(copy.length);
  copy[at] = (copy[at] as number) ^ (1 << rng.int(8));
  return copy;
}

function request(rng: Rng, path: readonly string[]): Buffer {
  return encodeMessage({
    type: rng.chance(0.5) ? MessageType.confirmable : MessageType.nonConfirmable,
    code: 1 + rng.int(7),
    messageId: rng.int(65_536),
    token: Buffer.from(Array.from({ length: rng.int(9) }, () => rng.int(256))),
    options: [
      ...path.map((segment) => ({ number: OptionNumber.uriPath, value: Buffer.from(segment) })),
      { number: OptionNumber.observe, value: Buffer.of(rng.int(2)) },
      { number: OptionNumber.block1, value: Buffer.of(rng.int(256), rng.int(256)) },
      { number: OptionNumber.block2, value: Buffer.of(rng.int(256)) },
      { number: OptionNumber.accept, value: Buffer.of(rng.int(256)) },
    ].filter((_, index) => index < path.length || rng.chance(0.5)),
    payload: noise(rng),
  });
}

/** Waits for the RST to a ping (RFC 7252, section 4.3): all datagrams before it have been read. */
async function ping(socket: Socket, messageId: number): Promise<void> {
  const id = Buffer.of((messageId >> 8) & 0xff, messageId & 0xff);
  const answered = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => finish(new WaitTimeoutError("the answer to a ping", PING_TIMEOUT_MS)),
      PING_TIMEOUT_MS,
    );
    const finish = (error?: Error): void => {
      clearTimeout(timer);
      socket.off("message", onMessage);
      if (error) reject(error);
      else resolve();
    };
    const onMessage = (data: Buffer): void => {
      if (data.equals(Buffer.of(0x70, 0, ...id))) finish();
    };
    socket.on("message", onMessage);
  });
  socket.send(Buffer.of(0x40, 0, ...id));
  await answered;
}
