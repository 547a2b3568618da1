/**
 * One server-sent event as bytes. JSON text has no raw line break, but any payload may: each of
 * its lines becomes a `data:` line.
 *
 * @param type event type; undefined leaves it out, which makes it "message" for an EventSource
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function eventFrame(id: string, type: string | undefined, data: Buffer): Buffer {
  const head = type === undefined ? `id:${id}\n` : `id:${id}\nevent:${type}\n`;
  if (data.includes(LF) || data.includes(CR)) {
    const lines = data.toString("utf8").split(/\r\n|\r|\n/);
    return Buffer.from(`${head}${lines.map((line) => `data:${line}\n`).join("")}\n`);
  }
  return Buffer.concat([Buffer.from(`${head}data:`), data, END]);
}

const LF = 0x0a;
const CR = 0x0d;
const END = Buffer.from("\n\n");

/** A line a client ignores; it keeps proxies and the connection itself from timing out. */
export const COMMENT = Buffer.from(":\n\n");

/** First bytes of a stream: how long an EventSource waits before it connects again. */
export function retryFrame(retryMs: number): Buffer {
  return Buffer.from(`retry:${retryMs}\n\n`);
}
