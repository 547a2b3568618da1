import path from "node:path";
import {
  ChildProcessError,
  type ChildStatus,
  compiledEntry,
  DriverUnavailableError,
  type FogwotError,
  type Logger,
  type Supervisor,
  toFogwotError,
  type Wsn,
} from "@fogwot/core";
import type { DriverData, DriverReply, DriverRequest } from "../drivers/driver";
import type { DriverProcessConfig, DriverProcessReport } from "../drivers/program";
import { DriverClient, driverEndpoints, removeSocketFiles } from "../ipc";
import { DeviceStream } from "../streams";
import type { DeviceRecord, DriverPort } from "../things";
import type { DriverReport } from "./config";
import { Members, type MembersOptions } from "./members";

export interface NetworkOptions extends MembersOptions {
  readonly node: string;
  /** In place of the setting `path`: an emulated serial line. */
  readonly line?: string | undefined;
  readonly runDirectory: string;
  readonly seed: number;
  readonly timeScale: number;
  readonly supervisor: Supervisor;
  readonly log: Logger;
  /** The driver came up, or what is wrong with it. */
  readonly onState: (state: DriverState) => void;
  /** Bytes of a device that is a stream, before they are decoded. */
  readonly onBytes?: (device: string, bytes: Uint8Array, timestampMs: number) => void;
}

/** What a fog node tells of one of its drivers. */
export interface DriverState {
  /** Of the sensor network. */
  readonly name: string;
  readonly wsn: Wsn;
  /** Null: it is up. */
  readonly problem: FogwotError | null;
}

const CONNECT_LIMIT_MS = 5_000;
/** A driver that runs but cannot be reached for this long hangs, and is killed to be started anew. */
const HANG_GRACE_MS = 1_000;

/** One sensor network of the node: its driver process, and what is known of its devices. */
export class Network implements DriverPort {
  readonly #members: Members;
  readonly #options: NetworkOptions;
  readonly #name: string;
  readonly #client: DriverClient;
  readonly #streams: ReadonlyMap<string, DeviceStream>;
  #problem: FogwotError | null;
  #isStopping = false;
  #isSynchronizing = false;
  #isStale = false;
  #cancelHangCheck: () => void = () => undefined;

  /** @throws ConfigError for an unknown device type or a run directory with too long a path */
  constructor(options: NetworkOptions) {
    const { network, node, runDirectory, clock, log } = options;
    this.#options = options;
    this.#name = `${node}-${network.name}`;
    this.#problem = new DriverUnavailableError(network.name);
    this.#members = new Members(options);
    this.#client = new DriverClient({
      ...driverEndpoints(runDirectory, this.#name),
      name: network.name,
      clock,
      log,
      onData: (data) => this.#take(data),
      onState: (isConnected) => this.#onState(isConnected),
      onMissed: () => void this.#synchronize(),
    });
    this.#streams = new Map([...this.records.values()].flatMap((record) => this.#streamOf(record)));
  }

  get records(): ReadonlyMap<string, DeviceRecord> {
    return this.#members.records;
  }

  /** Devices that the site file does not name, and what they said of themselves. */
  get joined(): Members["joined"] {
    return this.#members.joined;
  }

  /** What the driver process is reached by, and the devices it has now. */
  get report(): DriverReport {
    const { network, runDirectory } = this.#options;
    const ipc = driverEndpoints(runDirectory, this.#name);
    return { name: network.name, wsn: network.wsn, ipc, devices: [...this.records.keys()] };
  }

  get state(): DriverState {
    const { name, wsn } = this.#options.network;
    return { name, wsn, problem: this.#problem };
  }

  /** @throws NotFoundError */
  record(id: string): DeviceRecord {
    return this.#members.record(id);
  }

  /** Of a device that is one. */
  stream(id: string): DeviceStream | undefined {
    return this.#streams.get(id);
  }

  get client(): DriverClient {
    return this.#client;
  }

  /**
   * Resolves when the driver is up, or its first start has failed: then it is tried again, and
   * `state` says what is wrong.
   * @throws RemoteError (CONFIG) for settings that no other start would mend
   */
  async start(): Promise<void> {
    const { supervisor, log } = this.#options;
    this.#client.start();
    try {
      await supervisor.start<DriverProcessConfig, DriverProcessReport>({
        name: this.#name,
        entry: compiledEntry(
          path.join(__dirname, "..", "drivers", `main${path.extname(__filename)}`),
        ),
        env: smallHeap(),
        // Evaluated at every restart: what was written to a device since then is set again.
        config: () => this.#driverConfig(),
        retriesFirstStart: true,
        onDown: (reason) => this.#down(new ChildProcessError(this.#name, reason)),
        onStartFailed: (error) => {
          this.#problem = null;
          this.#down(toFogwotError(error));
        },
      });
      await this.#client.connected(CONNECT_LIMIT_MS);
    } catch (error) {
      if (toFogwotError(error).code === "CONFIG") {
        await supervisor.stopChild(this.#name);
        throw error;
      }
      log.error({ err: error, driver: this.#name }, "no driver yet: trying on");
    }
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
    const stream = request.op === "read" ? this.stream(device) : undefined;
    return stream?.read(options.timeoutMs) ?? this.#client.query(device, request, options);
  }

  #streamOf(record: DeviceRecord): [string, DeviceStream][] {
    const { network, clock } = this.#options;
    const { id, type } = record;
    if (!type.stream) return [];
    const { stream = {} } = network.settings as { readonly stream?: Record<string, unknown> };
    const made = new DeviceStream({
      id,
      type: type.stream,
      settings: stream,
      clock,
      query: (request, timeoutMs) => this.#client.query(id, request, { timeoutMs }),
      onReading: (reading) => record.takeReading(reading),
    });
    return [[id, made]];
  }

  #driverConfig(): DriverProcessConfig {
    const { network, line, runDirectory, seed, timeScale, log } = this.#options;
    return {
      driver: network.driver,
      devices: this.#members.driverDevices(),
      settings: { ...network.settings, ...(line === undefined ? {} : { path: line }) },
      endpoints: driverEndpoints(runDirectory, this.#name),
      seed,
      timeScale,
      logLevel: log.level,
    };
  }

  #take(data: DriverData): void {
    // Queries and data have a socket each, and these come and go one by one. A device whose driver
    // cannot be asked is not online; the connect asks for every status anew.
    if (data.kind === "status" && !this.#client.isConnected) return;
    if (this.#isStopping) return;
    if (data.kind === "bytes") this.#takeBytes(data.device, data.bytes, data.timestampMs);
    else this.#members.take(data);
  }

  /** Processors first: what they decide is urgent. */
  #takeBytes(device: string, bytes: Uint8Array, timestampMs: number): void {
    this.#options.onBytes?.(device, bytes, timestampMs);
    this.#streams.get(device)?.push(bytes, timestampMs);
  }

  #onState(isConnected: boolean): void {
    if (this.#isStopping) return;
    this.#cancelHangCheck();
    if (!isConnected) {
      this.#down(new DriverUnavailableError(this.#options.network.name));
      this.#cancelHangCheck = this.#options.clock.schedule(HANG_GRACE_MS, () => this.#endHang());
      return;
    }
    this.#problem = null;
    this.#options.onState(this.state);
  }

  /** The first that is heard of a fault says most of it: what follows from it does not replace it. */
  #down(problem: FogwotError): void {
    if (this.#isStopping) return;
    this.#problem ??= problem;
    this.#members.allOffline();
    this.#options.onState(this.state);
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
        this.#members.synchronize(await this.#client.devices());
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
