import { type FogwotError, PayloadTooLargeError, TooManyRequestsError } from "../../../errors";
import { ContentFormat, codeOfStatus, NO_BYTES, OptionNumber, uintOption } from "../message";
import { type Response, response } from "./exchange";

/** A problem document stays within one datagram, so that an error never needs a block-wise transfer. */
const MAXIMUM_BYTES = 1_000;
const RETRY_AFTER_S = 1;

/** An error as its response: the code of its status, the problem document as body. */
export function problemResponse(error: FogwotError): Response {
  const options = [uintOption(OptionNumber.contentFormat, ContentFormat.json)];
  if (error instanceof PayloadTooLargeError) {
    const maximumBytes = error.details.maximumBytes;
    if (typeof maximumBytes === "number") {
      options.push(uintOption(OptionNumber.size1, maximumBytes));
    }
  }
  if (error instanceof TooManyRequestsError) {
    // RFC 8516: when to come back.
    options.push(uintOption(OptionNumber.maxAge, Math.ceil(error.retryAfterMs / 1_000)));
  }
  if (error.status === 503) options.push(uintOption(OptionNumber.maxAge, RETRY_AFTER_S));
  return response(codeOfStatus(error.status), options, problemBody(error));
}

function problemBody(error: FogwotError): Buffer {
  const problem = error.toProblem();
  const { details: _details, ...essential } = problem;
  const candidates = [problem, essential, { ...essential, detail: problem.detail.slice(0, 200) }];
  for (const candidate of candidates) {
    const body = jsonOf(candidate);
    if (body && body.length <= MAXIMUM_BYTES) return body;
  }
  return NO_BYTES;
}

function jsonOf(value: unknown): Buffer | undefined {
  try {
    return Buffer.from(JSON.stringify(value));
  } catch {
    // Details with a cycle or a BigInt have no JSON form: the problem goes without them.
    return undefined;
  }
}
