import * as dgram from "node:dgram";
import type { LoadRequest, LoadResult } from "./load";

const LOST_AFTER_MS = 1_000;
const GET = 1;
const CONFIRMABLE = 0;
const URI_PATH = 11;
const CONTENT = 0x45;
const TOKEN_BYTES = 2;

/**
 * Reads a resource over one socket with several confirmable GETs in flight, each with a token of
 * its own. An answer that does not come within a second counts as failed.
 */
export function coapLoad({ url, inFlight, durationMs }: LoadRequest): Promise<LoadResult> {
  const { hostname, port, pathname } = new URL(url);
  const socket = dgram.createSocket("udp4");
  const waiting = new Map<number, NodeJS.Timeout>();
  let nextId = 1;
  let answered = 0;
  let failed = 0;
  const startMs = performance.now();
  const endMs = startMs + durationMs;
  return new Promise((resolve) => {
    const next = (): void => {
      if (performance.now() >= endMs) {
        if (waiting.size > 0) return;
        socket.close();
        resolve({ answered, failed, elapsedMs: performance.now() - startMs });
        return;
      }
      const id = nextId;
      nextId = (nextId + 1) & 0xffff;
      const settle = (): void => {
        waiting.delete(id);
        failed++;
        next();
      };
      waiting.set(id, setTimeout(settle, LOST_AFTER_MS));
      socket.send(encodeGet(id, pathname), Number(port), hostname);
    };
    socket.on("message", (message) => {
      const id = tokenOf(message);
      const timer = id === undefined ? undefined : waiting.get(id);
      if (id === undefined || timer === undefined) return;
      clearTimeout(timer);
      waiting.delete(id);
      if (message[1] === CONTENT) answered++;
      else failed++;
      next();
    });
    for (let i = 0; i < inFlight; i++) next();
  });
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
