import { FogwotError } from "@fogwot/core/base";

/** The serial line is not there now: unplugged, taken by another program, or never plugged in. */
export class LineDownError extends FogwotError {
  readonly code = "LINE_DOWN";
  readonly title = "The serial line is down";
  readonly status = 503;
  readonly path: string;
  constructor(path: string, reason: string, options: ErrorOptions = {}) {
    super(`serial line ${path}: ${reason}`, { ...options, details: { path, reason } });
    this.path = path;
  }
}
