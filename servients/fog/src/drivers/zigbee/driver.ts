import {
  ConfigError,
  DeviceUnreachableError,
  DriverUnavailableError,
  type Link,
  NotFoundError,
} from "@fogwot/core/base";
import { type BoardSession, createDeviceSession } from "../../board-protocol";
import { LineDownError, SerialLine } from "../../serial";
import type {
  DeviceState,
  Driver,
  DriverConfig,
  DriverContext,
  DriverData,
  DriverDevice,
  DriverReply,
  DriverRequest,
  JoinedDevice,
} from "../driver";
import { parseAddress } from "./address";
import { Members } from "./members";
import { XBeeModule } from "./module";
import { XBeeRadio } from "./radio";
import type { ZigbeeSettings } from "./settings";
import { type Address64, DELIVERY, DELIVERY_TEXT, type NodeIdentity } from "./xbee";

interface Station {
  readonly id: string;
  readonly address: Address64;
  /** Present for a board that the site file does not name. */
  readonly joined: JoinedDevice | undefined;
  readonly session: BoardSession;
}

/** Two round trips at 9600 baud: a repetition must not overtake the answer. */
const REPEAT_MS = 500;
const NAME_LIMIT_MS = 5_000;

/** Boards in a Zigbee network, behind an XBee module on a serial line: one payload, one frame. */
export class ZigbeeDriver implements Driver {
  readonly #counts: Record<string, number> = {};
  readonly #context: DriverContext;
  readonly #settings: ZigbeeSettings;
  readonly #stations = new Map<string, Station>();
  readonly #byAddress = new Map<Address64, Station>();
  readonly #listeners = new Set<(data: DriverData) => void>();
  readonly #line: SerialLine;
  readonly #radio: XBeeRadio;
  readonly #module: XBeeModule;
  readonly #members: Members;
  #isRunning = false;

  /** @throws ConfigError for an address that is none, or that two devices share */
  constructor(config: DriverConfig, context: DriverContext) {
    const { clock, log } = context;
    const settings = config.settings as unknown as ZigbeeSettings;
    const { apiMode: mode, join } = settings;
    const count = (cause: string, by = 1): void => this.#count(cause, by);
    this.#context = context;
    this.#settings = settings;
    this.#line = new SerialLine({
      settings,
      clock,
      log,
      onBytes: (chunk) => this.#radio.push(chunk),
      onState: (isOpen) => this.#onLine(isOpen),
    });
    const radio = new XBeeRadio({
      mode,
      write: (bytes) => this.#line.write(bytes),
      onReceive: (from, payload) => this.#take(from, payload),
      onNode: (node) => this.#meet(node),
      onModemStatus: (status) => this.#module.takeStatus(status),
      count,
      clock,
      log,
    });
    this.#radio = radio;
    this.#module = new XBeeModule({
      radio,
      mode,
      discoverMs: join?.discoverMs,
      onNode: (node) => this.#meet(node),
      onNetwork: () => this.#wakeAll(),
      count,
      clock,
      log,
    });
    this.#members = new Members({
      join,
      admit: (address, joined) => this.#admit(address, joined),
      dismiss: (address) => this.#dismiss(address),
      nameOf: async (address) =>
        (await radio.remoteAt(address, "NI", Buffer.alloc(0), NAME_LIMIT_MS)).toString("latin1"),
      count,
      clock,
      log,
    });
    for (const device of config.devices) {
      const station = this.#add(device);
      if (device.joined) this.#members.restore(station.address);
    }
  }

  /** Of the radio, and of the line. */
  get counters(): Readonly<Record<string, number>> {
    return { ...this.#counts, ...this.#line.counters };
  }

  /** A line that is not there is no failure: it may be plugged in at any time. */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (const { session } of this.#stations.values()) session.start();
    this.#members.start();
    try {
      signal.throwIfAborted();
      await this.#line.start();
      signal.throwIfAborted();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#members.stop();
    for (const { session } of this.#stations.values()) session.stop();
    await this.#line.stop();
  }

  devices(): readonly DeviceState[] {
    return [...this.#stations.values()].map(({ session, joined }) => ({
      ...session.state,
      ...(joined ? { joined } : {}),
    }));
  }

  async query(
    id: string,
    request: DriverRequest,
    { timeoutMs }: { readonly timeoutMs: number },
  ): Promise<DriverReply> {
    const { session } = this.#find(id);
    if (!this.#isRunning) throw new DriverUnavailableError("zigbee");
    if (!this.#line.isOpen) throw this.#line.down();
    return session.query(request, timeoutMs);
  }

  onData(listener: (data: DriverData) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  filter(id: string): Link {
    return this.#find(id).session.filter;
  }

  #add(device: DriverDevice): Station {
    const address = parseAddress(device.id, device.address);
    const other = this.#byAddress.get(address);
    if (other) {
      const wanted = `an address of its own (${other.id} has it)`;
      throw new ConfigError(`device ${device.id}`, [
        { path: "/address", got: device.address, wanted },
      ]);
    }
    const { keepAliveMs, offlineAfter } = this.#settings;
    const station: Station = {
      id: device.id,
      address,
      joined: device.joined,
      session: createDeviceSession(device, this.#context, {
        driver: "zigbee",
        transmit: (packet, sequence) => this.#transmit(station, packet, sequence),
        emit: (data) => this.#emit(data, address),
        count: (cause) => this.#count(cause, 1),
        keepAliveMs,
        offlineAfter,
        repeatMs: REPEAT_MS,
      }),
    };
    this.#stations.set(device.id, station);
    this.#byAddress.set(address, station);
    return station;
  }

  #find(id: string): Station {
    const station = this.#stations.get(id);
    if (!station) throw new NotFoundError(`device ${id}`);
    return station;
  }

  #transmit(station: Station, packet: Buffer, sequence: number): void {
    this.#module.whenSet(() => this.#transmitNow(station, packet, sequence));
  }

  #transmitNow({ id, address, session }: Station, packet: Buffer, sequence: number): void {
    try {
      this.#radio.transmit(address, packet, (delivery) => {
        if (delivery === DELIVERY.success) return;
        const code = `0x${delivery.toString(16).padStart(2, "0")}`;
        const reason = `${DELIVERY_TEXT[delivery] ?? "delivery failed"} (${code})`;
        this.#count(`undelivered ${code}`, 1);
        const details = { deliveryStatus: delivery };
        session.undelivered(sequence, new DeviceUnreachableError(id, reason, { details }));
      });
    } catch (error) {
      session.undelivered(sequence, error as Error);
    }
  }

  #take(from: Address64, payload: Buffer): void {
    const station = this.#byAddress.get(from);
    if (station) station.session.take(payload);
    else this.#members.hear(from);
  }

  #meet(node: NodeIdentity): void {
    const station = this.#byAddress.get(node.address64);
    // It has started, or has come into reach: asked now, it is online before its next keep-alive.
    if (station) station.session.wake();
    else this.#members.meet(node);
  }

  #admit(address: Address64, joined: JoinedDevice): void {
    const id = `zigbee-${address}`;
    const { session } = this.#add({ id, address, joined });
    this.#context.log.info({ device: id, title: joined.title }, "joined");
    this.#tell({ kind: "joined", device: id, joined });
    if (this.#isRunning) session.start();
  }

  #dismiss(address: Address64): void {
    const station = this.#byAddress.get(address);
    if (!station) return;
    station.session.stop();
    this.#byAddress.delete(address);
    this.#stations.delete(station.id);
    this.#context.log.info({ device: station.id }, "left");
    this.#tell({ kind: "left", device: station.id });
  }

  #onLine(isOpen: boolean): void {
    if (isOpen) {
      this.#module.start();
      this.#wakeAll();
      return;
    }
    this.#module.stop();
    const error = this.#isRunning ? this.#line.down() : new DriverUnavailableError("zigbee");
    this.#radio.reset(error);
    if (error instanceof LineDownError) {
      for (const { session } of this.#stations.values()) session.cut(error);
    }
  }

  #wakeAll(): void {
    for (const { session } of this.#stations.values()) session.wake();
  }

  #emit(data: DriverData, address: Address64): void {
    this.#tell(data);
    if (data.kind === "status") this.#members.heardOf(address, data.status);
  }

  #tell(data: DriverData): void {
    for (const listener of this.#listeners) listener(data);
  }

  #count(cause: string, by: number): void {
    this.#counts[cause] = (this.#counts[cause] ?? 0) + by;
  }
}
