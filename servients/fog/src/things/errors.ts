import { FogwotError } from "@fogwot/core";

/** The property's value comes from readings, and there was none yet. */
export class NoReadingError extends FogwotError {
  readonly code = "NO_READING";
  readonly title = "No reading yet";
  readonly status = 503;
  readonly deviceId: string;
  constructor(deviceId: string, options: ErrorOptions = {}) {
    super(`${deviceId} has given no reading yet; the action getData asks for one`, {
      ...options,
      details: { deviceId },
    });
    this.deviceId = deviceId;
  }
}
