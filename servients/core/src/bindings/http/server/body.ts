import type { IncomingMessage } from "node:http";
import { InputError, PayloadTooLargeError, UnsupportedMediaTypeError } from "../../../errors";
import { JSON_TYPE, mediaType, type Payload } from "../../payload";
import { HttpProtocolError } from "../errors";

const NOTHING = Buffer.alloc(0);

/**
 * Reads a request's body, which has to be of a media type the forms name.
 * @param accepted those media types; the first is taken for granted where the request names none
 * @throws PayloadTooLargeError, UnsupportedMediaTypeError, HttpProtocolError when it breaks off
 */
export async function readBody(
  request: IncomingMessage,
  maximumBytes: number,
  accepted: readonly string[],
): Promise<Payload> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > maximumBytes) {
    request.resume();
    throw new PayloadTooLargeError(maximumBytes);
  }
  const body = await collect(request, maximumBytes);
  return { type: body.length > 0 ? bodyType(request, accepted) : JSON_TYPE, body };
}

function collect(request: IncomingMessage, maximumBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maximumBytes) chunks.push(chunk);
      else {
        // The rest is read and dropped, so that the peer gets to see the answer; the request
        // time-out bounds how long.
        chunks.length = 0;
        reject(new PayloadTooLargeError(maximumBytes));
      }
    });
    request.on("end", () => {
      const [first, second] = chunks;
      if (!first) resolve(NOTHING);
      else resolve(second ? Buffer.concat(chunks, length) : first);
    });
    const brokenOff = (cause?: unknown): void =>
      reject(new HttpProtocolError(400, "the request body breaks off", { cause }));
    request.on("error", brokenOff);
    // Comes after "end" as well, where an error object would be made for nothing.
    request.on("close", () => {
      if (!request.complete) brokenOff();
    });
  });
}

function bodyType(request: IncomingMessage, accepted: readonly string[]): string {
  const { "content-type": given, "content-encoding": encoding } = request.headers;
  if (encoding !== undefined && encoding !== "identity") {
    throw new UnsupportedMediaTypeError(`content encoding ${encoding}`, ["identity"]);
  }
  // A body without a type is taken for what the form says (TD 1.1's default).
  if (given === undefined || given === JSON_TYPE) return JSON_TYPE;
  const type = mediaType(given);
  if (!accepted.includes(type)) throw new UnsupportedMediaTypeError(given, accepted);
  const charset = /;\s*charset="?([^\s;"]+)/i.exec(given)?.[1];
  if (charset !== undefined && !/^utf-?8$|^us-ascii$/i.test(charset)) {
    throw new InputError({ path: "", got: `charset ${charset}`, wanted: "charset utf-8" });
  }
  return type;
}
