import {
  DeviceFaultError,
  DeviceTimeoutError,
  DeviceUnreachableError,
  DriverUnavailableError,
  type FogwotError,
  RemoteError,
} from "@fogwot/core/base";
import type { AnswerBody } from "./envelope";

type Refusal = Extract<AnswerBody, { ok: false }>;

export function toRefusal(error: FogwotError): Refusal {
  const { code, message, title, status, details } = error;
  return { ok: false, code, message, title, status, details };
}

/** What the driver refused with, as the error it was there. */
export function fromRefusal({ code, message, title, status, details }: Refusal): FogwotError {
  const deviceId = String(details?.deviceId);
  switch (code) {
    case "DEVICE_TIMEOUT":
      return new DeviceTimeoutError(deviceId, Number(details.timeoutMs));
    case "DEVICE_UNREACHABLE":
      return new DeviceUnreachableError(deviceId, String(details.reason), { details });
    case "DEVICE_FAULT":
      return new DeviceFaultError(deviceId, String(details.fault), { details });
    case "DRIVER_UNAVAILABLE":
      return new DriverUnavailableError(String(details.driver));
    default: {
      const type = `urn:fogwot:error:${code.toLowerCase().replaceAll("_", "-")}`;
      return new RemoteError({ type, title, status, detail: message, code, details });
    }
  }
}
