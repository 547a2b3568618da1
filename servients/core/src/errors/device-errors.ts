import { FogwotError, type FogwotErrorOptions } from "./fogwot-error";

/** The device did not answer in time: the request counts as lost. */
export class DeviceTimeoutError extends FogwotError {
  readonly code = "DEVICE_TIMEOUT";
  readonly title = "The device did not answer";
  readonly status = 504;
  readonly deviceId: string;
  readonly timeoutMs: number;
  constructor(deviceId: string, timeoutMs: number, options: FogwotErrorOptions = {}) {
    super(`${deviceId} did not answer within ${timeoutMs} ms`, {
      ...options,
      details: { ...options.details, deviceId, timeoutMs },
    });
    this.deviceId = deviceId;
    this.timeoutMs = timeoutMs;
  }
}

/**
 * The radio says that it could not bring the request to the device: a loss that is known before the
 * time-out. A device that got the request and stays silent is a DeviceTimeoutError.
 */
export class DeviceUnreachableError extends FogwotError {
  readonly code = "DEVICE_UNREACHABLE";
  readonly title = "The device cannot be reached";
  readonly status = 504;
  readonly deviceId: string;
  readonly reason: string;
  constructor(deviceId: string, reason: string, options: FogwotErrorOptions = {}) {
    super(`${deviceId} cannot be reached: ${reason}`, {
      ...options,
      details: { ...options.details, deviceId, reason },
    });
    this.deviceId = deviceId;
    this.reason = reason;
  }
}

/** The driver process of the device is down, so nothing can be asked. */
export class DriverUnavailableError extends FogwotError {
  readonly code = "DRIVER_UNAVAILABLE";
  readonly title = "The driver is not running";
  readonly status = 503;
  readonly driver: string;
  constructor(driver: string, options: FogwotErrorOptions = {}) {
    super(`driver ${driver} is not running`, {
      ...options,
      details: { ...options.details, driver },
    });
    this.driver = driver;
  }
}

/** The device answered, and said no (board protocol type 6, or a malformed reply). */
export class DeviceFaultError extends FogwotError {
  readonly code = "DEVICE_FAULT";
  readonly title = "The device reported a fault";
  readonly status = 502;
  readonly deviceId: string;
  constructor(deviceId: string, fault: string, options: FogwotErrorOptions = {}) {
    super(`${deviceId}: ${fault}`, {
      ...options,
      details: { ...options.details, deviceId, fault },
    });
    this.deviceId = deviceId;
  }
}
