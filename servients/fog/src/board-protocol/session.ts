import {
  type Clock,
  DeviceFaultError,
  DriverUnavailableError,
  type Link,
  type Logger,
  OperationNotAllowedError,
} from "@fogwot/core/base";
import type {
  DeviceState,
  DriverData,
  DriverReply,
  DriverRequest,
  ParameterValues,
  Reading,
} from "../drivers/driver";
import { PARAMETER_CODE } from "./constants";
import { Parameters, toWire } from "./parameters";
import { type Message, parseMessage, type ReadingBody } from "./parser";
import { toReading } from "./reading";
import { BoardRequests } from "./requests";
import { Watch } from "./watch";

export interface BoardSessionOptions {
  readonly deviceId: string;
  /** Named in errors when the session stops. */
  readonly driver: string;
  readonly transmit: (packet: Buffer, sequence: number) => void;
  readonly emit: (data: DriverData) => void;
  /** Counts one event of this cause. */
  readonly count: (cause: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly filter: Link;
  /** Not that of the driver process before: replies meant for it must match nothing. */
  readonly firstSequence: number;
  readonly keepAliveMs: number;
  readonly offlineAfter: number;
  /** A set is repeated this often. @default 150 ms */
  readonly repeatMs?: number;
  readonly parameters: ParameterValues;
}

/**
 * One board over any packet radio: asks it, watches it, keeps its parameters as they should be.
 *
 * The packet filter applies to what `query` asks. Keep-alives and restored parameters pass it by:
 * they tell whether the board is there, and are no part of what rtt and pdr measure.
 */
export class BoardSession {
  readonly #options: BoardSessionOptions;
  readonly #requests: BoardRequests;
  readonly #watch: Watch;
  readonly #parameters: Parameters;
  #isRestoring = false;
  #isRunning = false;
  #lastSeenMs: number | null = null;
  #lastReading: Reading | null = null;
  #uptime: { readonly ms: number; readonly heardAtMs: number } | undefined;

  constructor(options: BoardSessionOptions) {
    this.#options = options;
    this.#requests = new BoardRequests(options);
    this.#parameters = new Parameters(options.parameters);
    this.#watch = new Watch({
      clock: options.clock,
      keepAliveMs: options.keepAliveMs,
      offlineAfter: options.offlineAfter,
      probe: () =>
        this.#requests.probe(options.keepAliveMs, (body) => this.#report(this.#keep(body))),
      onStatus: (status) => {
        const { deviceId, emit, log } = options;
        log.info({ device: deviceId, status }, "device status");
        emit({ kind: "status", device: deviceId, status, lastSeenMs: this.#lastSeenMs });
      },
    });
  }

  get state(): DeviceState {
    return {
      id: this.#options.deviceId,
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
  }

  stop(): void {
    this.#isRunning = false;
    this.#watch.stop();
    this.#requests.stop(new DriverUnavailableError(this.#options.driver));
  }

  /** The radio gave up the packet of this sequence number. */
  undelivered(sequence: number, error: Error): void {
    this.#requests.undelivered(sequence, error);
  }

  /** There is no way to the board: what waits ends with this, and the board is offline at once. */
  cut(error: Error): void {
    this.#requests.stop(error);
    this.#watch.cut();
  }

  /** There is a way to the board again, or the board is said to be there: it is asked at once. */
  wake(): void {
    if (this.#isRunning) this.#watch.wake();
  }

  async query(request: DriverRequest, timeoutMs: number): Promise<DriverReply> {
    if (!this.#isRunning) throw new DriverUnavailableError(this.#options.driver);
    switch (request.op) {
      case "read": {
        const { body, deviceRttMs } = await this.#requests.read(timeoutMs, this.filter);
        return { reading: this.#keep(body), deviceRttMs };
      }
      case "set": {
        const { parameter, value } = request;
        const setting = toWire(parameter, value);
        const deviceRttMs = await this.#requests.set(setting, timeoutMs, this.filter);
        this.#parameters.confirm(parameter, value);
        return { deviceRttMs };
      }
      case "reset": {
        const setting = { parameter: PARAMETER_CODE.reset, value: 0 };
        const deviceRttMs = await this.#requests.set(setting, timeoutMs, this.filter);
        this.#uptime = undefined;
        this.#parameters.forgotten();
        void this.#restore();
        return { deviceRttMs };
      }
      case "write":
        throw new OperationNotAllowedError("write", `a board (${this.#options.deviceId})`);
    }
  }

  /** One packet from the board's address. Never throws. */
  take(packet: Uint8Array): void {
    if (!this.#isRunning) return;
    const { clock, count } = this.#options;
    const message = parseMessage(packet);
    if (typeof message === "string") {
      count("malformed");
      count(message);
      return;
    }
    if (message.type === "query" || message.type === "set") {
      count("unexpected");
      return;
    }
    this.#lastSeenMs = clock.now();
    if (message.type === "push") this.#report(this.#keep(message));
    else this.#answer(message);
    // Last, so that whoever hears "online" finds the reading there.
    this.#watch.heard();
    void this.#restore();
  }

  #answer(reply: Extract<Message, { type: "reading" | "ack" | "error" }>): void {
    const answered = this.#requests.take(reply);
    // Late, repeated by the network, or for an earlier driver process: a loss all the same.
    if (!answered) this.#options.count("late");
    else if (reply.type === "reading") this.#noteUptime(reply.uptimeMs, answered.sentAtMs);
  }

  /** A query sent after an uptime was heard is answered with a higher one, or the board restarted. */
  #noteUptime(ms: number, sentAtMs: number): void {
    const last = this.#uptime;
    if (last && sentAtMs < last.heardAtMs) return;
    const wrapped = last !== undefined && last.ms - ms > 0x8000_0000;
    if (last && ms < last.ms && !wrapped) {
      this.#options.log.info({ device: this.#options.deviceId }, "device restarted");
      this.#options.count("restarts");
      this.#parameters.forgotten();
    }
    this.#uptime = { ms, heardAtMs: this.#options.clock.monotonicMs() };
  }

  /** Sets what the board has not confirmed. What is not answered, its next frame tries again. */
  async #restore(): Promise<void> {
    const { deviceId, keepAliveMs, log } = this.#options;
    if (this.#isRestoring) return;
    this.#isRestoring = true;
    for (let next = this.#parameters.next(); next; next = this.#parameters.next()) {
      const { parameter, value } = next;
      try {
        await this.#requests.set(toWire(parameter, value), keepAliveMs, null);
        this.#parameters.restored(parameter, value);
      } catch (error) {
        if (!(error instanceof DeviceFaultError)) {
          log.debug({ device: deviceId, parameter, err: error }, "not restored yet");
          break;
        }
        log.warn({ device: deviceId, parameter, err: error }, "the device refused its parameter");
        this.#parameters.giveUp(parameter);
      }
    }
    this.#isRestoring = false;
  }

  #keep(body: ReadingBody): Reading {
    this.#lastReading = toReading(body, this.#options.clock.now());
    return this.#lastReading;
  }

  #report(reading: Reading): void {
    this.#options.emit({ kind: "reading", device: this.#options.deviceId, reading });
  }
}
