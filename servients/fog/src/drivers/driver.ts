import type { Clock, Link, LinkSettings, Logger, Rng, Wsn } from "@fogwot/core/base";

/**
 * What every driver is: the one way to a radio or port, alone in its process; it does not know that
 * there is a Web. `describeDriver` (compliance.ts) holds every driver to the sentences below.
 */
export interface Driver {
  /** Opens the radio and begins to watch the devices. Aborting the signal gives the start up. */
  start(signal: AbortSignal): Promise<void>;
  /** Ends everything: waiting queries reject, no handle or timer stays. Idempotent. */
  stop(): Promise<void>;
  /** Every configured device, in the order of the configuration; after them those that joined. */
  devices(): readonly DeviceState[];
  /**
   * Asks one device. A `read` is one attempt: repeating it would falsify the packet delivery
   * ratio. A `set` or `reset` is repeated within `timeoutMs`; the device carries it out once.
   * A device that is a stream of bytes is read by its next bytes, which `onData` brings: the reply
   * holds no reading. What is written to it is not repeated, and not acknowledged here.
   *
   * @param options.timeoutMs 1 … 60 000; a reply after that is a loss, never an answer
   * @throws DeviceTimeoutError no reply in time
   * @throws DeviceUnreachableError the radio could not deliver it
   * @throws DeviceFaultError the device refused, or has no sample
   * @throws NotFoundError no such device
   * @throws OverloadedError more queries wait for this device than may
   * @throws DriverUnavailableError the driver is not running, or stopped meanwhile
   * @throws LineDownError its serial line is gone, or was lost meanwhile
   */
  query(id: string, request: DriverRequest, options: { timeoutMs: number }): Promise<DriverReply>;
  /** What devices say by themselves, and changes of their status. The result unsubscribes. */
  onData(listener: (data: DriverData) => void): () => void;
  /** The packet filter of a device: drops or delays its queries on purpose. @throws NotFoundError */
  filter(deviceId: string): Link;
  /** Everything that went wrong on the radio, by cause, since the start. */
  readonly counters: Readonly<Record<string, number>>;
}

export type DriverRequest =
  | { readonly op: "read" }
  /** `value`: in the parameter's own unit; a threshold of null is off. */
  | { readonly op: "set"; readonly parameter: Parameter; readonly value: number | null }
  /** The device starts over, with its parameters as configured. */
  | { readonly op: "reset" }
  /** Bytes for a device that is a stream of bytes, as they are: at most `MAX_WRITE_BYTES`. */
  | { readonly op: "write"; readonly bytes: Uint8Array };

export const MAX_WRITE_BYTES = 1_024;

/**
 * `samplingIntervalMs`: ms. `threshold`: of the first quantity, in its unit. What a device type has
 * of its own goes by its number: from 16 settings, from 128 commands, in the unit of the property.
 */
const PARAMETERS = ["samplingIntervalMs", "threshold"] as const;
export type Parameter = (typeof PARAMETERS)[number] | `${number}`;

const FIRST_OWN = 16;
const FIRST_COMMAND = 128;
const LAST_OWN = 255;

export function isParameter(name: unknown): name is Parameter {
  if (typeof name !== "string") return false;
  return PARAMETERS.some((known) => known === name) || isFrom(FIRST_OWN, name);
}

/** Carried out once, as to run a pump: never set again when the device or its driver restarts. */
export function isCommand(parameter: Parameter): boolean {
  return isFrom(FIRST_COMMAND, parameter);
}

function isFrom(first: number, name: string): boolean {
  return /^[1-9]\d{1,2}$/.test(name) && Number(name) >= first && Number(name) <= LAST_OWN;
}

export type ParameterValues = Readonly<
  Partial<Record<(typeof PARAMETERS)[number], number | null>> & {
    [own: `${number}`]: number | null;
  }
>;

/** One sample of a device. */
export interface Reading {
  /** `temperature` °C, `relativeHumidity`, `soilMoisture`, `battery` %; others by their number. */
  readonly values: Readonly<Record<string, number>>;
  /** Wall-clock time of the sample, set by the driver: its own time less `ageMs`. */
  readonly timestampMs: number;
  /** Age of the sample when the device sent it. */
  readonly ageMs: number;
  /** Of a stream's readings: a gap is lost ones. */
  readonly sequence?: number;
}

export interface DriverReply {
  /** Present after `read`. */
  readonly reading?: Reading;
  /** From the first transmission to the reply, on a monotonic clock. */
  readonly deviceRttMs: number;
}

export type DeviceStatus = "online" | "offline";

export interface DeviceState {
  readonly id: string;
  /** From the driver's own keep-alive; never from a lost query. `offline` before the first frame. */
  readonly status: DeviceStatus;
  readonly lastSeenMs: number | null;
  readonly lastReading: Reading | null;
  /** The parameters the driver keeps set, also after the device restarts. */
  readonly parameters: ParameterValues;
  /** Of a device that the configuration does not name: it is here because it joined. */
  readonly joined?: JoinedDevice;
}

/** What a device that joined at run time is. */
export interface JoinedDevice {
  /** Its device type, as the driver's settings say. */
  readonly type: string;
  /** As it calls itself. */
  readonly title: string;
  readonly address: string;
}

export type DriverData =
  | { readonly kind: "reading"; readonly device: string; readonly reading: Reading }
  /** What a device that is a stream of bytes said, cut anywhere; decoded once, in the fog node. */
  | {
      readonly kind: "bytes";
      readonly device: string;
      readonly bytes: Uint8Array;
      /** Wall-clock time at which the last of them was there. */
      readonly timestampMs: number;
    }
  | {
      readonly kind: "status";
      readonly device: string;
      readonly status: DeviceStatus;
      readonly lastSeenMs: number | null;
    }
  /** From now on it is one of `devices()`; comes before everything else that is said of it. */
  | { readonly kind: "joined"; readonly device: string; readonly joined: JoinedDevice }
  /** It is none of `devices()` any more. */
  | { readonly kind: "left"; readonly device: string };

export interface DriverDevice {
  readonly id: string;
  /** As the driver understands it: `host:port`, a 64-bit address, a BLE address. */
  readonly address: string;
  /** Set on the device as soon as it is heard. */
  readonly parameters?: ParameterValues;
  readonly filter?: Partial<LinkSettings>;
  /** It joined an earlier process of this driver, and may still be there. */
  readonly joined?: JoinedDevice;
}

export interface DriverConfig {
  readonly devices: readonly DriverDevice[];
  /** Held to the definition's `settings` schema, defaults filled in. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface DriverContext {
  readonly log: Logger;
  readonly clock: Clock;
  /** One seeded stream a purpose: the packet filter of a device has one of its own. */
  readonly rng: (purpose: string) => Rng;
  /** Differs between processes: a restarted driver must not know the sequence numbers of the last. */
  readonly nonce: number;
  /** Of the packet filters' delays only. */
  readonly timeScale: number;
}

/** Exported as `driver` by `drivers/<name>/index.ts`: the folder name is the registration. */
export interface DriverDefinition {
  readonly name: string;
  readonly wsn: Wsn;
  /** JSON Schema of `settings`, with defaults. */
  readonly settings: object;
  create(config: DriverConfig, context: DriverContext): Driver;
}
