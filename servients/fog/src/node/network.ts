import path from "node:path";
import {
  type ChildStatus,
  type Clock,
  compiledEntry,
  type Logger,
  NotFoundError,
  type SiteNetwork,
  type Supervisor,
} from "@fogwot/core";
import { loadDeviceType } from "../devices/load-device-type";
import type { DriverData, DriverReply, DriverRequest } from "../drivers/driver";
import type { DriverProcessConfig, DriverProcessReport } from "../drivers/program";
import { DriverClient, driverEndpoints, removeSocketFiles } from "../ipc";
import { DeviceRecord, type DriverPort } from "../things";
import type { DriverReport } from "./config";

export interface NetworkOptions {
  readonly network: SiteNetwork;
  readonly node: string;
  readonly addresses: Readonly<Record<string, string>>;
  readonly runDirectory: string;
  readonly seed: number;
  readonly timeScale: number;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onState: (name: string, isUp: boolean) => void;
}

const CONNECT_LIMIT_MS = 5_000;
/** A driver that runs but cannot be reached for this long hangs, and is killed to be started anew. */
const HANG_GRACE_MS = 1_000;

/** One sensor network of the node: its driver process, and what is known of its devices. */
export class Network implements DriverPort {
  readonly records: ReadonlyMap<string, DeviceRecord>;
  readonly #options: NetworkOptions;
  readonly #name: string;
  readonly #client: DriverClient;
  #report: DriverReport | undefined;
  #isStopping = false;
  #isSynchronizing = false;
  #isStale = false;
  #cancelHangCheck: () => void = () => undefined;

  /** @throws ConfigError for an unknown device type or a run directory with too long a path */
  constructor(options: NetworkOptions) {
    const { network, node, runDirectory, clock, log } = options;
    this.#options = options;
    this.#name = `${node}-${network.name}`;
    this.records = new Map(
      network.devices.map(({ id, type, samplingIntervalMs }) => [
        id,
        new DeviceRecord({
          id,
          type: loadDeviceType(type),
          clock,
          parameters: samplingIntervalMs === undefined ? {} : { samplingIntervalMs },
        }),
      ]),
    );
    this.#client = new DriverClient({
      ...driverEndpoints(runDirectory, this.#name),
      name: network.name,
      clock,
      log,
      onData: (data) => this.#take(data),
      onState: (isConnected) => this.#onState(isConnected),
      onMissed: () => void this.#synchronize(),
    });
  }

  /** What the driver process is reached by; after `start`. */
  get report(): DriverReport | undefined {
    return this.#report;
  }

  /** @throws NotFoundError */
  record(id: string): DeviceRecord {
    const record = this.records.get(id);
    if (!record) throw new NotFoundError(`device ${id}`);
    return record;
  }

  get client(): DriverClient {
    return this.#client;
  }

  async start(): Promise<void> {
    const { network, supervisor, runDirectory } = this.#options;
    const ipc = driverEndpoints(runDirectory, this.#name);
    const { wsn } = await supervisor.start<DriverProcessConfig, DriverProcessReport>({
      name: this.#name,
      entry: compiledEntry(
        path.join(__dirname, "..", "drivers", `main${path.extname(__filename)}`),
      ),
      env: smallHeap(),
      // Evaluated at every restart: what was written to a device since then is set again.
      config: () => this.#driverConfig(),
      onDown: () => this.#offline(),
    });
    const devices = network.devices.map(({ id }) => id);
    this.#report = { name: network.name, wsn, ipc, devices };
    this.#client.start();
    await this.#client.connected(CONNECT_LIMIT_MS);
  }

  /** The supervisor ends the process. */
  stop(): void {
    this.#isStopping = true;
    this.#cancelHangCheck();
    this.#client.close();
  }

  removeSockets(): void {
    removeSocketFiles(driverEndpoints(this.#options.runDirectory, this.#name));
  }

  query(
    device: string,
    request: DriverRequest,
    options: { readonly timeoutMs: number },
  ): Promise<DriverReply> {
    return this.#client.query(device, request, options);
  }

  #driverConfig(): DriverProcessConfig {
    const { network, addresses, runDirectory, seed, timeScale, log } = this.#options;
    return {
      driver: network.driver,
      devices: network.devices.map((device) => ({
        id: device.id,
        address: addresses[device.id] ?? device.address,
        parameters: this.#changedParameters(device.id),
        ...(device.filter ? { filter: device.filter } : {}),
      })),
      settings: network.settings,
      endpoints: driverEndpoints(runDirectory, this.#name),
      seed,
      timeScale,
      logLevel: log.level,
    };
  }

  /** Only what differs from the device's own defaults needs setting. */
  #changedParameters(id: string): Record<string, number | null> {
    const { parameters, type } = this.record(id);
    const defaults: Readonly<Record<string, unknown>> = type.defaults;
    const entries = Object.entries(parameters);
    return Object.fromEntries(entries.filter(([name, value]) => value !== defaults[name]));
  }

  #take(data: DriverData): void {
    // Queries and data have a socket each, and these come and go one by one. A device whose driver
    // cannot be asked is not online; the connect asks for every status anew.
    if (data.kind === "status" && !this.#client.isConnected) return;
    this.records.get(data.device)?.apply(data);
  }

  #onState(isConnected: boolean): void {
    if (this.#isStopping) return;
    this.#cancelHangCheck();
    this.#options.onState(this.#options.network.name, isConnected);
    if (isConnected) return;
    this.#offline();
    this.#cancelHangCheck = this.#options.clock.schedule(HANG_GRACE_MS, () => this.#endHang());
  }

  #offline(): void {
    if (this.#isStopping) return;
    for (const record of this.records.values()) record.become("offline");
  }

  #endHang(): void {
    const child = this.#child();
    if (this.#client.isConnected || child?.state !== "running" || !child.pid) return;
    this.#options.log.error({ driver: this.#name, pid: child.pid }, "driver hangs: killed");
    process.kill(child.pid, "SIGKILL");
  }

  #child(): ChildStatus | undefined {
    return this.#options.supervisor.children().find(({ name }) => name === this.#name);
  }

  /** Asks the driver for all it knows; once more where something was missed meanwhile. */
  async #synchronize(): Promise<void> {
    this.#isStale = true;
    if (this.#isSynchronizing) return;
    this.#isSynchronizing = true;
    while (this.#isStale && this.#client.isConnected) {
      this.#isStale = false;
      try {
        for (const state of await this.#client.devices()) {
          this.records.get(state.id)?.synchronize(state);
        }
      } catch (error) {
        // The driver went again: its next connect brings us back here.
        this.#options.log.debug({ err: error, driver: this.#name }, "not synchronized");
      }
    }
    this.#isSynchronizing = false;
  }
}

const SMALL_YOUNG_GENERATION = "--max-semi-space-size=2";

/**
 * A driver keeps next to nothing, and V8 would let its young generation grow to 48 MB before it
 * looked for garbage: small spaces cost no measurable time and save a third of the process.
 */
function smallHeap(): Record<string, string> {
  const inherited = process.env.NODE_OPTIONS ?? "";
  if (inherited.includes("--max-semi-space-size")) return {};
  return { NODE_OPTIONS: `${inherited} ${SMALL_YOUNG_GENERATION}`.trim() };
}
