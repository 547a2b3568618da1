import {
  type Clock,
  ConfigError,
  NotFoundError,
  type SiteDevice,
  type SiteNetwork,
} from "@fogwot/core";
import { loadDeviceType } from "../devices/load-device-type";
import {
  type DeviceState,
  type DriverData,
  type DriverDevice,
  isCommand,
  type JoinedDevice,
  type ParameterValues,
} from "../drivers/driver";
import { DeviceRecord } from "../things";

export interface MembersOptions {
  readonly network: SiteNetwork;
  readonly addresses: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** A device that the site file does not name has come. */
  readonly onJoined: (record: DeviceRecord, joined: JoinedDevice) => void;
  /** It has left, and has no record any more. */
  readonly onLeft: (id: string) => void;
}

/** The devices of one network: those of the site file always, others from joining to leaving. */
export class Members {
  readonly #options: MembersOptions;
  readonly #records: Map<string, DeviceRecord>;
  readonly #joined = new Map<string, JoinedDevice>();

  /** @throws ConfigError for a device type that is not there */
  constructor(options: MembersOptions) {
    const { devices, settings } = options.network;
    this.#options = options;
    this.#records = new Map(
      devices.map((device) => [device.id, this.#newRecord(device.id, device.type, wanted(device))]),
    );
    // Of any driver that admits devices: found now, not when the first one joins.
    const { join } = settings as { readonly join?: { readonly type?: unknown } };
    if (typeof join?.type === "string") loadDeviceType(join.type);
  }

  get records(): ReadonlyMap<string, DeviceRecord> {
    return this.#records;
  }

  get joined(): readonly (readonly [DeviceRecord, JoinedDevice])[] {
    return [...this.#joined].map(([id, joined]) => [this.record(id), joined]);
  }

  /** @throws NotFoundError */
  record(id: string): DeviceRecord {
    const record = this.#records.get(id);
    if (!record) throw new NotFoundError(`device ${id}`);
    return record;
  }

  /** What a driver process is told at its start: a joined device need not join again. */
  driverDevices(): DriverDevice[] {
    const { network, addresses } = this.#options;
    const named = network.devices.map((device) => ({
      id: device.id,
      address: addresses[device.id] ?? device.address,
      parameters: this.#changedParameters(device.id),
      ...(device.filter ? { filter: device.filter } : {}),
    }));
    const joined = [...this.#joined].map(([id, device]) => {
      const parameters = this.#changedParameters(id);
      return { id, address: device.address, parameters, joined: device };
    });
    return [...named, ...joined];
  }

  take(data: DriverData): void {
    if (data.kind === "joined") this.#join(data.device, data.joined);
    else if (data.kind === "left") this.#leave(data.device);
    else this.#records.get(data.device)?.apply(data);
  }

  /** The driver's whole knowledge. */
  synchronize(states: readonly DeviceState[]): void {
    const present = new Set(states.map(({ id }) => id));
    for (const id of [...this.#joined.keys()]) if (!present.has(id)) this.#leave(id);
    for (const state of states) {
      if (state.joined) this.#join(state.id, state.joined);
      this.#records.get(state.id)?.synchronize(state);
    }
  }

  allOffline(): void {
    for (const record of this.#records.values()) record.become("offline");
  }

  #join(id: string, joined: JoinedDevice): void {
    if (this.#records.has(id)) return;
    const record = this.#newRecord(id, joined.type, {});
    this.#records.set(id, record);
    this.#joined.set(id, joined);
    this.#options.onJoined(record, joined);
  }

  #leave(id: string): void {
    if (!this.#joined.delete(id)) return;
    this.#records.get(id)?.become("offline");
    this.#records.delete(id);
    this.#options.onLeft(id);
  }

  #newRecord(id: string, type: string, parameters: ParameterValues): DeviceRecord {
    const { clock } = this.#options;
    return new DeviceRecord({ id, type: loadDeviceType(type), clock, parameters });
  }

  /** Only what differs from the device's own defaults needs setting. */
  #changedParameters(id: string): ParameterValues {
    const { parameters, type } = this.record(id);
    const defaults: Readonly<Record<string, unknown>> = type.defaults;
    const entries = Object.entries(parameters);
    return Object.fromEntries(entries.filter(([name, value]) => value !== defaults[name]));
  }
}

/** What the site file wants a device's parameters to be. @throws ConfigError */
function wanted({ id, type, samplingIntervalMs, settings = {} }: SiteDevice): ParameterValues {
  const { parameters = {} } = loadDeviceType(type);
  const values: Record<string, number> = {};
  if (samplingIntervalMs !== undefined) values.samplingIntervalMs = samplingIntervalMs;
  for (const [property, value] of Object.entries(settings)) {
    const parameter = parameters[property];
    if (parameter === undefined || isCommand(parameter)) {
      const known = Object.keys(parameters).filter((name) => !isCommand(parameters[name] ?? "0"));
      const wanted = known.length > 0 ? known.join(", ") : `no setting: ${type} has none`;
      throw new ConfigError(`device ${id}`, [{ path: "/settings", got: property, wanted }]);
    }
    values[parameter] = value;
  }
  return values;
}
