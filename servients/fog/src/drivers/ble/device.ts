import {
  type Clock,
  DeviceFaultError,
  DeviceUnreachableError,
  DriverUnavailableError,
  type Link,
  type Logger,
  OperationNotAllowedError,
} from "@fogwot/core/base";
import { Parameters, Watch } from "../../board-protocol";
import type {
  DeviceState,
  DriverData,
  DriverReply,
  DriverRequest,
  ParameterValues,
  Reading,
} from "../driver";
import type { Connector } from "./connector";
import { DeviceConnection } from "./device-connection";
import { GattRefusal, type GattSession } from "./gatt-session";
import { type Job, Jobs } from "./jobs";
import { encodeInterval } from "./profile";
import { Sample } from "./sample";

export interface BleDeviceOptions {
  readonly id: string;
  readonly address: string;
  readonly parameters: ParameterValues;
  readonly filter: Link;
  readonly connector: Connector;
  readonly emit: (data: DriverData) => void;
  readonly count: (cause: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly keepAliveMs: number;
  readonly offlineAfter: number;
  readonly connectTimeoutMs: number;
}

const RESTORE_LIMIT_MS = 2_000;
const UNFILTERED = { lost: false, delayMs: 0 };

/** One sensor: connected, subscribed, asked, watched; connected anew whenever it was lost. */
export class BleDevice {
  readonly #options: BleDeviceOptions;
  readonly #watch: Watch;
  readonly #jobs: Jobs;
  readonly #sample: Sample;
  readonly #parameters: Parameters;
  readonly #connection: DeviceConnection;
  #isRunning = false;
  #isRestoring = false;
  /** Its parameters may be gone. */
  #hasBeenLost = false;
  #lastSeenMs: number | null = null;
  #lastReading: Reading | null = null;

  constructor(options: BleDeviceOptions) {
    const { id: device, keepAliveMs, offlineAfter, emit, log, clock, count } = options;
    this.#options = options;
    this.#parameters = new Parameters(options.parameters);
    this.#jobs = new Jobs({ deviceId: device, clock, onStuck: () => this.#stuck() });
    this.#sample = new Sample({
      clock,
      count,
      onHeard: () => this.#heard(),
      onReading: (reading) => {
        this.#lastReading = reading;
        emit({ kind: "reading", device, reading });
      },
    });
    this.#connection = new DeviceConnection({
      ...options,
      deviceId: device,
      onNotification: (uuid, bytes) => this.#sample.hear(uuid, bytes),
      onReady: (session) => this.#ready(session),
      onLost: () => this.#lost(this.#unreachable("the connection was lost")),
      onAway: () => {
        this.#watch.cut();
        this.#jobs.end(this.#unreachable("not connected"), { onlyReads: true });
      },
    });
    this.#watch = new Watch({
      clock,
      keepAliveMs,
      offlineAfter,
      probe: () => this.#probe(),
      onStatus: (status) => {
        log.info({ device, status }, "device status");
        emit({ kind: "status", device, status, lastSeenMs: this.#lastSeenMs });
      },
    });
  }

  get state(): DeviceState {
    return {
      id: this.#options.id,
      status: this.#watch.status,
      lastSeenMs: this.#lastSeenMs,
      lastReading: this.#lastReading,
      parameters: this.#parameters.values,
    };
  }

  get filter(): Link {
    return this.#options.filter;
  }

  start(): void {
    this.#isRunning = true;
    this.#watch.start();
    this.#connection.start();
  }

  stop(): void {
    this.#isRunning = false;
    this.#watch.stop();
    this.#connection.stop();
    this.#lost();
    this.#jobs.end(new DriverUnavailableError("ble"));
  }

  /** The radio is gone, and the connection with it. */
  cut(error: Error): void {
    this.#lost(error);
    this.#connection.cut();
    this.#watch.cut();
    this.#jobs.end(error);
  }

  async query(request: DriverRequest, timeoutMs: number): Promise<DriverReply> {
    const { id } = this.#options;
    switch (request.op) {
      case "read":
        if (this.#connection.isAway) throw this.#unreachable("not connected");
        return this.#read(timeoutMs, this.filter);
      case "set": {
        const { parameter, value } = request;
        if (parameter !== "samplingIntervalMs") {
          throw new DeviceFaultError(id, `it has no ${parameter} to set`);
        }
        const reply = await this.#write(value ?? 0, timeoutMs, this.filter);
        this.#parameters.confirm(parameter, value);
        return reply;
      }
      case "reset": {
        const reply = await this.#write(0, timeoutMs, this.filter);
        this.#parameters.forgotten();
        void this.#restore();
        return reply;
      }
      case "write":
        throw new OperationNotAllowedError("write", `a peripheral (${id})`);
    }
  }

  #read(timeoutMs: number, filter: Link | null): Promise<DriverReply> {
    return this.#ask("read", timeoutMs, filter, async (session) => {
      const answers = await session.read();
      if (answers instanceof GattRefusal) return answers;
      return this.#sample.take(answers) ?? new GattRefusal("it has no sample");
    });
  }

  /** `intervalMs` 0 starts the device over. */
  #write(intervalMs: number, timeoutMs: number, filter: Link | null): Promise<DriverReply> {
    const value = encodeInterval(Math.round(intervalMs));
    return this.#ask("write", timeoutMs, filter, (session) => session.writeInterval(value));
  }

  #ask(
    kind: Job["kind"],
    timeoutMs: number,
    filter: Link | null,
    perform: (session: GattSession) => Promise<Reading | GattRefusal | undefined>,
  ): Promise<DriverReply> {
    return new Promise((resolve, reject) => {
      this.#jobs.add({
        kind,
        timeoutMs,
        draw: () => filter?.exchange() ?? UNFILTERED,
        perform,
        done: (outcome, deviceRttMs) => {
          if (outcome instanceof GattRefusal) {
            reject(new DeviceFaultError(this.#options.id, outcome.reason));
            return;
          }
          const reading = outcome as Reading | undefined;
          if (reading) this.#lastReading = reading;
          resolve(reading ? { reading, deviceRttMs } : { deviceRttMs });
          this.#heard();
        },
        failed: reject,
      });
    });
  }

  /** A keep-alive, past the filter; superfluous where something is being asked anyway. */
  #probe(): void {
    if (!this.#connection.isConnected || !this.#jobs.isIdle) return;
    const { id: device, emit, log } = this.#options;
    this.#read(this.#options.keepAliveMs, null).then(
      ({ reading }) => reading && emit({ kind: "reading", device, reading }),
      (error: Error) => log.debug({ device, err: error }, "keep-alive"),
    );
  }

  #heard(): void {
    if (!this.#isRunning) return;
    this.#lastSeenMs = this.#options.clock.now();
    this.#watch.heard();
    void this.#restore();
  }

  /** Sets what the device has not confirmed. What is not answered, its next value tries again. */
  async #restore(): Promise<void> {
    const { id: device, keepAliveMs, log } = this.#options;
    if (this.#isRestoring || !this.#connection.isConnected) return;
    this.#isRestoring = true;
    for (let next = this.#parameters.next(); next; next = this.#parameters.next()) {
      const { parameter, value } = next;
      try {
        if (parameter === "samplingIntervalMs") {
          await this.#write(value ?? 0, Math.max(keepAliveMs, RESTORE_LIMIT_MS), null);
        }
        this.#parameters.restored(parameter, value);
      } catch (error) {
        if (!(error instanceof DeviceFaultError)) {
          log.debug({ device, parameter, err: error }, "not restored yet");
          break;
        }
        log.warn({ device, parameter, err: error }, "the device refused its parameter");
        this.#parameters.giveUp(parameter);
      }
    }
    this.#isRestoring = false;
  }

  #ready(session: GattSession): void {
    this.#sample.expect(session.characteristics);
    // It may have started over while it was away.
    if (this.#hasBeenLost) this.#parameters.forgotten();
    this.#hasBeenLost = false;
    this.#jobs.use(session);
    this.#watch.wake();
  }

  #lost(error?: Error): void {
    this.#hasBeenLost = true;
    this.#sample.stop();
    this.#jobs.interrupt(error);
  }

  /** noble would give the answer that did not come to the next question. */
  #stuck(): void {
    this.#sample.stop();
    this.#jobs.interrupt();
    this.#connection.reconnect();
  }

  #unreachable(reason: string): DeviceUnreachableError {
    return new DeviceUnreachableError(this.#options.id, reason);
  }
}
