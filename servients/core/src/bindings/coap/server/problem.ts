import { type FogwotError, PayloadTooLargeError } from "../../../errors";
import { ContentFormat, codeOfStatus, OptionNumber, uintOption } from "../message";
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
  if (error.status === 503) options.push(uintOption(OptionNumber.maxAge, RETRY_AFTER_S));
  return response(codeOfStatus(error.status), options, problemBody(error));
}

function problemBody(error: FogwotError): Buffer {
  const problem = error.toProblem();
  const whole = Buffer.from(JSON.stringify(problem));
  if (whole.length <= MAXIMUM_BYTES) return whole;
  const { details: _details, ...essential } = problem;
  const short = Buffer.from(JSON.stringify(essential));
  if (short.length <= MAXIMUM_BYTES) return short;
  return Buffer.from(JSON.stringify({ ...essential, detail: problem.detail.slice(0, 200) }));
}
