import { ConfigError, DriverUnavailableError, Link, NotFoundError } from "@fogwot/core/base";
import type {
  DeviceState,
  Driver,
  DriverConfig,
  DriverContext,
  DriverData,
  DriverDevice,
  DriverReply,
  DriverRequest,
} from "../driver";
import { parseAddress } from "./address";
import { Connector } from "./connector";
import { BleDevice } from "./device";
import { BleRadio } from "./radio";
import type { BleSettings } from "./settings";

/** Sensors over Bluetooth Low Energy, each connected as long as it is in reach. */
export class BleDriver implements Driver {
  readonly counters: Record<string, number> = {};
  readonly #devices = new Map<string, BleDevice>();
  readonly #listeners = new Set<(data: DriverData) => void>();
  readonly #radio: BleRadio;
  readonly #connector: Connector;
  #isRunning = false;

  /** @throws ConfigError for an address that is none, or that two devices share */
  constructor(config: DriverConfig, context: DriverContext) {
    const { clock, log } = context;
    const settings = config.settings as unknown as BleSettings;
    const count = (cause: string): void => {
      this.counters[cause] = (this.counters[cause] ?? 0) + 1;
    };
    const { connectTimeoutMs } = settings;
    this.#connector = new Connector({ clock, log, count, connectTimeoutMs });
    this.#radio = new BleRadio({
      settings,
      clock,
      log,
      count,
      onUp: (noble) => this.#connector.start(noble),
      onDown: (error) => {
        this.#connector.stop();
        for (const device of this.#devices.values()) device.cut(error);
      },
    });
    const addresses = new Map<string, string>();
    for (const device of config.devices) {
      const address = parseAddress(device.id, device.address);
      const other = addresses.get(address);
      if (other !== undefined) {
        const wanted = `an address of its own (${other} has it)`;
        const fault = { path: "/address", got: device.address, wanted };
        throw new ConfigError(`device ${device.id}`, [fault]);
      }
      addresses.set(address, device.id);
      this.#devices.set(device.id, this.#create(device, address, settings, context, count));
    }
  }

  /** An adapter that is not there is no failure: it may come at any time. */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#isRunning) return;
    signal.throwIfAborted();
    this.#isRunning = true;
    for (const device of this.#devices.values()) device.start();
    await this.#radio.start();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    for (const device of this.#devices.values()) device.stop();
    this.#connector.stop();
    await this.#radio.stop();
  }

  devices(): readonly DeviceState[] {
    return [...this.#devices.values()].map(({ state }) => state);
  }

  async query(
    id: string,
    request: DriverRequest,
    { timeoutMs }: { readonly timeoutMs: number },
  ): Promise<DriverReply> {
    const device = this.#find(id);
    if (!this.#isRunning) throw new DriverUnavailableError("ble");
    const { problem } = this.#radio;
    if (problem) throw problem;
    return device.query(request, timeoutMs);
  }

  onData(listener: (data: DriverData) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  filter(id: string): Link {
    return this.#find(id).filter;
  }

  #create(
    device: DriverDevice,
    address: string,
    settings: BleSettings,
    { clock, log, rng, timeScale }: DriverContext,
    count: (cause: string) => void,
  ): BleDevice {
    const { id, parameters = {}, filter = {} } = device;
    const { keepAliveMs, offlineAfter, connectTimeoutMs } = settings;
    return new BleDevice({
      id,
      address,
      parameters,
      filter: new Link({ settings: filter, rng: rng(`filter ${id}`), clock, timeScale }),
      connector: this.#connector,
      emit: (data) => {
        for (const listener of this.#listeners) listener(data);
      },
      count,
      clock,
      log,
      keepAliveMs,
      offlineAfter,
      connectTimeoutMs,
    });
  }

  #find(id: string): BleDevice {
    const device = this.#devices.get(id);
    if (!device) throw new NotFoundError(`device ${id}`);
    return device;
  }
}
