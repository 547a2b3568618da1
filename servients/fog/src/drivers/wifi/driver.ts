import type { RemoteInfo } from "node:dgram";
import { isIP } from "node:net";
import { ConfigError, DriverUnavailableError, type Link, NotFoundError } from "@fogwot/core/base";
import { type BoardSession, createDeviceSession } from "../../board-protocol";
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
import {
  type Endpoint,
  endpointKey,
  type HostPort,
  isLoopback,
  parseAddress,
  resolve,
} from "./address";
import type { WifiSettings } from "./constants";
import { UdpSockets } from "./sockets";

interface Station {
  readonly id: string;
  readonly host: HostPort;
  readonly session: BoardSession;
  /** Unknown until the host's name has resolved. */
  endpoint: Endpoint | undefined;
  isResolving: boolean;
}

/** Boards on a Wi-Fi network, over UDP: one datagram is one frame of the board protocol. */
export class WifiDriver implements Driver {
  readonly counters: Record<string, number> = {};
  readonly #context: DriverContext;
  readonly #settings: WifiSettings;
  readonly #stations = new Map<string, Station>();
  readonly #bySender = new Map<string, Station>();
  readonly #listeners = new Set<(data: DriverData) => void>();
  readonly #sockets: UdpSockets;
  #isRunning = false;

  /** @throws ConfigError for an address that is not host:port, or that two devices share */
  constructor(config: DriverConfig, context: DriverContext) {
    this.#context = context;
    this.#settings = config.settings as unknown as WifiSettings;
    for (const device of config.devices) {
      this.#checkUnique(device, config.devices);
      this.#stations.set(device.id, this.#station(device));
    }
    const isLocal = [...this.#stations.values()].every(({ host }) => isLoopback(host.host));
    const isV4 = [...this.#stations.values()].every(({ host }) => !host.host.includes(":"));
    this.#sockets = new UdpSockets({
      localAddress: this.#settings.localAddress ?? (isLocal && isV4 ? "127.0.0.1" : undefined),
      localPort: this.#settings.localPort,
      onPacket: (packet, sender) => this.#take(packet, sender),
      onError: (error) => {
        this.#count("socketErrors");
        context.log.debug({ err: error }, "socket");
      },
    });
  }

  async start(signal: AbortSignal): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      await this.#sockets.open(4);
      // A name may take the resolver seconds: its device is silent meanwhile, the others are not.
      const stations = [...this.#stations.values()];
      await Promise.all(stations.filter(({ host }) => isIP(host.host) > 0).map(this.#locate));
      signal.throwIfAborted();
      for (const station of stations) void this.#locate(station);
    } catch (error) {
      await this.stop();
      throw error;
    }
    for (const { session } of this.#stations.values()) session.start();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    for (const { session } of this.#stations.values()) session.stop();
    this.#sockets.close();
  }

  devices(): readonly DeviceState[] {
    return [...this.#stations.values()].map(({ session }) => session.state);
  }

  async query(
    id: string,
    request: DriverRequest,
    { timeoutMs }: { readonly timeoutMs: number },
  ): Promise<DriverReply> {
    const station = this.#find(id);
    if (!this.#isRunning) throw new DriverUnavailableError("wifi");
    return station.session.query(request, timeoutMs);
  }

  onData(listener: (data: DriverData) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  filter(id: string): Link {
    return this.#find(id).session.filter;
  }

  #station(device: DriverDevice): Station {
    const { keepAliveMs, offlineAfter } = this.#settings;
    const station: Station = {
      id: device.id,
      host: parseAddress(device.id, device.address),
      endpoint: undefined,
      isResolving: false,
      session: createDeviceSession(device, this.#context, {
        driver: "wifi",
        transmit: (packet) => this.#send(station, packet),
        emit: (data) => {
          for (const listener of this.#listeners) listener(data);
        },
        count: (cause) => this.#count(cause),
        keepAliveMs,
        offlineAfter,
      }),
    };
    return station;
  }

  /** Replies are told apart by their sender, so an address is one device's own. */
  #checkUnique(device: DriverDevice, all: readonly DriverDevice[]): void {
    const other = all.find(({ id, address }) => address === device.address && id !== device.id);
    if (!other) return;
    const wanted = `an address of its own (${other.id} has it)`;
    throw new ConfigError(`device ${device.id}`, [
      { path: "/address", got: device.address, wanted },
    ]);
  }

  #find(id: string): Station {
    const station = this.#stations.get(id);
    if (!station) throw new NotFoundError(`device ${id}`);
    return station;
  }

  #send(station: Station, packet: Buffer): void {
    if (station.endpoint) this.#sockets.send(packet, station.endpoint);
    else void this.#locate(station);
  }

  #take(packet: Buffer, sender: RemoteInfo): void {
    const station = this.#bySender.get(endpointKey(sender.address, sender.port));
    if (station) station.session.take(packet);
    else this.#count("unknownSender");
  }

  /** A name that does not resolve is tried again with every keep-alive: the device is just silent. */
  readonly #locate = async (station: Station): Promise<void> => {
    if (station.isResolving || station.endpoint) return;
    station.isResolving = true;
    try {
      const endpoint = await resolve(station.host);
      if (!this.#isRunning) return;
      await this.#sockets.open(endpoint.family);
      this.#bySender.set(endpointKey(endpoint.address, endpoint.port), station);
      station.endpoint = endpoint;
    } catch (error) {
      this.#count("unresolved");
      this.#context.log.debug({ device: station.id, err: error }, "not resolved");
    } finally {
      station.isResolving = false;
    }
  };

  #count(cause: string): void {
    this.counters[cause] = (this.counters[cause] ?? 0) + 1;
  }
}
