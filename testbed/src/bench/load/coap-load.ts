import * as dgram from "node:dgram";
import type { LoadResult, UrlLoadRequest } from "./load";

const LOST_AFTER_MS = 1_000;
const GET = 1;
const CONFIRMABLE = 0;
const URI_PATH = 11;
const CONTENT = 0x45;
const TOKEN_BYTES = 2;
const LAST_ID = 0xffff;

/**
 * Reads URLs of one server with several confirmable GETs in flight, each with a token of its own.
 * An answer that does not come within a second counts as failed. A socket ends with its last
 * message id: a server would take an id used again for a repetition, and answer from memory.
 */
export async function coapLoad(load: UrlLoadRequest): Promise<LoadResult> {
  const targets = load.urls.map((url) => new URL(url));
  const startMs = performance.now();
  const endMs = startMs + load.durationMs;
  const counts = { answered: 0, failed: 0 };
  while (performance.now() < endMs) await oneSocket(targets, load.inFlight, endMs, counts);
  return { ...counts, elapsedMs: performance.now() - startMs };
}

function oneSocket(
  targets: readonly URL[],
  inFlight: number,
  endMs: number,
  counts: { answered: number; failed: number },
): Promise<void> {
  const socket = dgram.createSocket("udp4");
  const waiting = new Map<number, NodeJS.Timeout>();
  const paths = targets.map(({ pathname }) => pathname);
  const { hostname, port } = targets[0] ?? new URL("coap://127.0.0.1:5683");
  const encoded = new GetEncoder(paths);
  let nextId = 1;
  return new Promise((resolve) => {
    const next = (): void => {
      if (performance.now() >= endMs || nextId > LAST_ID) {
        if (waiting.size > 0) return;
        socket.close();
        resolve();
        return;
      }
      const id = nextId++;
      const settle = (): void => {
        waiting.delete(id);
        counts.failed++;
        next();
      };
      waiting.set(id, setTimeout(settle, LOST_AFTER_MS));
      socket.send(encoded.get(id), Number(port), hostname);
    };
    socket.on("message", (message) => {
      const id = tokenOf(message);
      const timer = id === undefined ? undefined : waiting.get(id);
      if (id === undefined || timer === undefined) return;
      clearTimeout(timer);
      waiting.delete(id);
      if (message[1] === CONTENT) counts.answered++;
      else counts.failed++;
      next();
    });
    for (let i = 0; i < inFlight; i++) next();
  });
}

/** Encodes the options of each path once: the load's own cost stands between servers and figures. */
class GetEncoder {
  readonly #messages: readonly Buffer[];

  constructor(paths: readonly string[]) {
    this.#messages = paths.map((pathname) => encodeGet(0, pathname));
  }

  get(id: number): Buffer {
    const template = this.#messages[id % this.#messages.length] ?? encodeGet(0, "/");
    const message = Buffer.from(template);
    message.writeUInt16BE(id, 2);
    message.writeUInt16BE(id, 4);
    return message;
  }
}

/** A confirmable GET whose message id is also its token. @see RFC 7252, section 3 */
export function encodeGet(id: number, pathname: string): Buffer {
  const head = Buffer.from([(1 << 6) | (CONFIRMABLE << 4) | TOKEN_BYTES, GET, 0, 0, 0, 0]);
  head.writeUInt16BE(id, 2);
  head.writeUInt16BE(id, 4);
  const segments = pathname.split("/").filter((segment) => segment !== "");
  const options = segments.flatMap((segment, index) => {
    const value = Buffer.from(decodeURIComponent(segment));
    const delta = index === 0 ? URI_PATH : 0;
    // Up to 12 bytes the length stands in the option's first byte, up to 268 in a byte after it.
    const header =
      value.length < 13 ? [(delta << 4) | value.length] : [(delta << 4) | 13, value.length - 13];
    return [Buffer.from(header), value];
  });
  return Buffer.concat([head, ...options]);
}

function tokenOf(message: Buffer): number | undefined {
  const tokenBytes = (message[0] ?? 0) & 0x0f;
  return tokenBytes === TOKEN_BYTES && message.length >= 6 ? message.readUInt16BE(4) : undefined;
}
