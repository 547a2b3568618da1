import { Link } from "@fogwot/core/base";
import type { DriverContext, DriverDevice } from "../drivers/driver";
import { BoardSession, type BoardSessionOptions } from "./session";

export type DeviceSessionOptions = Pick<
  BoardSessionOptions,
  "driver" | "transmit" | "emit" | "count" | "keepAliveMs" | "offlineAfter" | "repeatMs"
>;

/** The session of one configured device, with its packet filter, in the driver's context. */
export function createDeviceSession(
  device: DriverDevice,
  { clock, log, rng, nonce, timeScale }: DriverContext,
  options: DeviceSessionOptions,
): BoardSession {
  const settings = device.filter ?? {};
  return new BoardSession({
    ...options,
    deviceId: device.id,
    clock,
    log,
    filter: new Link({ settings, rng: rng(`filter ${device.id}`), clock, timeScale }),
    firstSequence: nonce,
    parameters: device.parameters ?? {},
  });
}
