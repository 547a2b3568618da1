import { pipeline, Readable } from "node:stream";
import zlib from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";

/** A JSON text whose length is known before it is made. */
export interface JsonBody {
  readonly type: string;
  readonly bytes: number;
  readonly pieces: Iterable<string>;
}

/** Shorter ones gain nothing. */
const minCompressedBytes = 1024;
const pieceCharacters = 64 * 1024;

/** Sends a JSON text in pieces, compressed where the client takes that. */
export function sendJson(request: FastifyRequest, reply: FastifyReply, body: JsonBody) {
  const { type, bytes, pieces } = body;
  const source = Readable.from(buffers(pieces), { objectMode: false });
  reply.header("content-type", type).header("vary", "Accept, Accept-Encoding");
  if (bytes < minCompressedBytes || !takesGzip(request)) {
    return reply.header("content-length", bytes).send(source);
  }
  // The lowest level: it is for Thing Descriptions nearly as small, and several times as fast.
  const gzip = zlib.createGzip({ level: 1 });
  pipeline(source, gzip, (error) => {
    if (error) request.log.debug({ err: error }, "a listing was not sent to its end");
  });
  return reply.header("content-encoding", "gzip").send(gzip);
}

export function jsonText(type: string, text: string): JsonBody {
  return { type, bytes: Buffer.byteLength(text), pieces: [text] };
}

function* buffers(pieces: Iterable<string>): Generator<Buffer> {
  let text = "";
  for (const piece of pieces) {
    text += piece;
    if (text.length < pieceCharacters) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}

/** @see RFC 9110, section 12.5.3 */
function takesGzip(request: FastifyRequest): boolean {
  const header = request.headers["accept-encoding"];
  if (typeof header !== "string") return false;
  const codings = header.split(",").map((part) =>
    part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*q=/),
  );
  const named = codings.find(([coding]) => coding === "gzip") ?? codings.find(([c]) => c === "*");
  return named !== undefined && Number(named[1] ?? 1) > 0;
}
