import * as net from "node:net";
import type { LoadRequest, LoadResult } from "./load";

/**
 * Reads a URL over keep-alive connections, one request in flight on each. Works on plain sockets:
 * a full HTTP client costs as much as the server, and would level the difference out.
 */
export async function httpLoad({ url, inFlight, durationMs }: LoadRequest): Promise<LoadResult> {
  const { hostname, port, pathname } = new URL(url);
  const request = `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: keep-alive\r\n\r\n`;
  const startMs = performance.now();
  const endMs = startMs + durationMs;
  const counts = await Promise.all(
    Array.from({ length: inFlight }, () => ask(hostname, Number(port), request, endMs)),
  );
  return {
    answered: counts.reduce((sum, one) => sum + one.answered, 0),
    failed: counts.reduce((sum, one) => sum + one.failed, 0),
    elapsedMs: performance.now() - startMs,
  };
}

interface Counts {
  answered: number;
  failed: number;
}

function ask(host: string, port: number, request: string, endMs: number): Promise<Counts> {
  return new Promise((resolve) => {
    const counts: Counts = { answered: 0, failed: 0 };
    const socket = net.connect({ host, port, noDelay: true });
    let received = "";
    const finish = (): void => {
      socket.destroy();
      resolve(counts);
    };
    socket.setEncoding("latin1");
    socket.on("connect", () => socket.write(request));
    socket.on("data", (chunk: string) => {
      received += chunk;
      if (!isComplete(received)) return;
      if (received.startsWith("HTTP/1.1 200")) counts.answered++;
      else counts.failed++;
      received = "";
      if (performance.now() < endMs) socket.write(request);
      else finish();
    });
    socket.on("error", () => {
      counts.failed++;
      finish();
    });
    // The server closed the connection: what this one would have asked is not counted.
    socket.on("close", () => resolve(counts));
  });
}

/** Whether a whole response stands there: by content length, or by the last chunk. */
export function isComplete(received: string): boolean {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return false;
  const head = received.slice(0, headEnd);
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  if (length !== undefined) return received.length - headEnd - 4 >= Number(length);
  return /^transfer-encoding: *chunked/im.test(head) && received.endsWith("0\r\n\r\n");
}
