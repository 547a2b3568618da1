import * as net from "node:net";
import type { LoadResult, UrlLoadRequest } from "./load";

/**
 * Reads URLs of one server over keep-alive connections, one request in flight on each. Works on
 * plain sockets: a full HTTP client costs as much as the server, and would level the difference out.
 */
export async function httpLoad(load: UrlLoadRequest): Promise<LoadResult> {
  const { urls, inFlight, durationMs } = load;
  const { hostname, port } = new URL(urls[0] ?? "");
  const requests = urls.map((url) => encodeRequest(url, load.headers ?? {}));
  const startMs = performance.now();
  const endMs = startMs + durationMs;
  const lanes = Array.from({ length: inFlight }, (_, lane) => {
    // Each connection begins elsewhere in the list.
    let next = Math.floor((lane * requests.length) / inFlight);
    return ask(hostname, Number(port), () => requests[next++ % requests.length] ?? "", endMs);
  });
  const counts = await Promise.all(lanes);
  return {
    answered: counts.reduce((sum, one) => sum + one.answered, 0),
    failed: counts.reduce((sum, one) => sum + one.failed, 0),
    elapsedMs: performance.now() - startMs,
  };
}

function encodeRequest(url: string, headers: Readonly<Record<string, string>>): string {
  const { host, pathname, search } = new URL(url);
  const all = { Host: host, Connection: "keep-alive", ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

interface Counts {
  answered: number;
  failed: number;
}

function ask(host: string, port: number, request: () => string, endMs: number): Promise<Counts> {
  return new Promise((resolve) => {
    const counts: Counts = { answered: 0, failed: 0 };
    const socket = net.connect({ host, port, noDelay: true });
    let received = "";
    const finish = (): void => {
      socket.destroy();
      resolve(counts);
    };
    socket.setEncoding("latin1");
    socket.on("connect", () => socket.write(request()));
    socket.on("data", (chunk: string) => {
      received += chunk;
      if (!isComplete(received)) return;
      if (received.startsWith("HTTP/1.1 200")) counts.answered++;
      else counts.failed++;
      received = "";
      if (performance.now() < endMs) socket.write(request());
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
