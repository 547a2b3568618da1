import { FogwotError } from "../../errors";

/** The message is not acceptable HTTP, before any Thing is concerned. */
export class HttpProtocolError extends FogwotError {
  readonly code = "HTTP_PROTOCOL";
  readonly title = "Not an acceptable HTTP message";
  readonly status: number;
  constructor(status: number, reason: string, options: ErrorOptions = {}) {
    super(reason, options);
    this.status = status;
  }
}
