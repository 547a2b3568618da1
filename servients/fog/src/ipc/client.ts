import {
  type Clock,
  DriverUnavailableError,
  type LinkSettings,
  type Logger,
  silentLogger,
  systemClock,
} from "@fogwot/core/base";
import { Dealer } from "zeromq";
import type {
  DeviceState,
  DriverData,
  DriverReply,
  DriverRequest,
  Reading,
} from "../drivers/driver";
import { Calls, type SoundAnswer } from "./calls";
import type { DriverEndpoints } from "./endpoints";
import { decodeAnswer, decodeId, encodeBody, encodeId, MAX_MESSAGE_BYTES } from "./envelope";
import { SendQueue } from "./send-queue";
import { CONNECT_OPTIONS } from "./socket-options";
import { Subscription } from "./subscription";
import { Vigil } from "./vigil";

export interface DriverClientOptions extends DriverEndpoints {
  /** Named in errors. @default "driver" */
  readonly name?: string;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly onData?: (data: DriverData) => void;
  /** The driver is there, or is gone: every call waiting has been refused by then. */
  readonly onState?: (isConnected: boolean) => void;
  /** Published data may have been missed: ask for `devices()`. Comes after every connect. */
  readonly onMissed?: () => void;
  /** The driver is connected and answers nothing for this long: it hangs. @default 3000 ms */
  readonly hangLimitMs?: number;
}

/** What the answer's way back may take on top of the driver's own time-out. */
const MARGIN_MS = 50;
const CONTROL_TIMEOUT_MS = 1_000;

/** The Servient's end of a driver process: calls with typed errors, data, and whether it is there. */
export class DriverClient {
  readonly counters = { malformed: 0, late: 0 };
  readonly subscription: Subscription;
  readonly #options: DriverClientOptions;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #calls: Calls;
  readonly #vigil: Vigil;
  #dealer: Dealer | undefined;
  #queue: SendQueue | undefined;
  /** Of the socket; a driver that hangs has a peer and is not connected. */
  #hasPeer = false;
  #isConnected = false;
  readonly #waitingForConnect = new Set<() => void>();
  #wasConnected = false;

  constructor(options: DriverClientOptions) {
    this.#options = options;
    this.#name = options.name ?? "driver";
    this.#clock = options.clock ?? systemClock;
    this.#calls = new Calls(this.#clock);
    this.subscription = new Subscription({
      url: options.data,
      log: options.log ?? silentLogger,
      onData: (data) => options.onData?.(data),
      onMissed: () => options.onMissed?.(),
    });
    this.#vigil = new Vigil({
      clock: this.#clock,
      limitMs: options.hangLimitMs ?? 3_000,
      ask: () => this.#askAlive(),
      onHang: () => this.#become(false),
    });
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  start(): void {
    if (this.#dealer) return;
    const { query } = this.#options;
    const dealer = new Dealer({
      ...CONNECT_OPTIONS,
      immediate: true,
      sendTimeout: 200,
      maxMessageSize: MAX_MESSAGE_BYTES,
    });
    this.#dealer = dealer;
    this.#queue = new SendQueue(dealer, {
      limit: 4_096,
      onError: ([id]) => this.#calls.reject(decodeId(id as Buffer) ?? 0, this.#unavailable()),
    });
    // Iterated, not listened to: zeromq's emitter breaks when its module is loaded twice (jest).
    void this.#watch(dealer.events).catch((error: unknown) => this.#ended(error));
    dealer.connect(query);
    this.subscription.start();
    void this.#receive(dealer).catch((error: unknown) => this.#ended(error));
  }

  close(): void {
    this.#become(false);
    this.#vigil.stop();
    this.#queue?.clear();
    this.#dealer?.close();
    this.subscription.stop();
    this.#dealer = undefined;
    for (const wake of this.#waitingForConnect) wake();
  }

  /**
   * Asks a device. Before the first connect it waits for the driver, within `timeoutMs`; later a
   * driver that is gone is an error at once.
   * @throws what Driver.query throws; DriverUnavailableError
   */
  async query(
    device: string,
    request: DriverRequest,
    { timeoutMs }: { readonly timeoutMs: number },
  ): Promise<DriverReply> {
    const { op, ...params } = request;
    const { value, deviceRttMs } = await this.#call(op, device, params, Math.ceil(timeoutMs));
    const reading = value as Reading | null;
    return { ...(reading ? { reading } : {}), deviceRttMs: deviceRttMs ?? Number.NaN };
  }

  async devices(): Promise<readonly DeviceState[]> {
    const { value } = await this.#call("devices", "", {}, CONTROL_TIMEOUT_MS);
    const { devices, sequences } = value as {
      devices: DeviceState[];
      sequences: Record<string, number>;
    };
    this.subscription.expect(sequences);
    return devices;
  }

  /** The driver's own counts of what went wrong, by cause. */
  async driverCounters(): Promise<Readonly<Record<string, number>>> {
    const { value } = await this.#call("counters", "", {}, CONTROL_TIMEOUT_MS);
    return value as Record<string, number>;
  }

  /** @throws NotFoundError or InputError (as RemoteError) */
  async setFilter(device: string, settings: Partial<LinkSettings>): Promise<LinkSettings> {
    const { value } = await this.#call("filter.set", device, { ...settings }, CONTROL_TIMEOUT_MS);
    return value as LinkSettings;
  }

  async filters(): Promise<Readonly<Record<string, LinkSettings>>> {
    const { value } = await this.#call("filter.list", "", {}, CONTROL_TIMEOUT_MS);
    return value as Record<string, LinkSettings>;
  }

  /** Resolves when the driver is there. @throws DriverUnavailableError after `timeoutMs` */
  connected(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isConnected) {
        resolve();
        return;
      }
      const finish = (): void => {
        cancel();
        this.#waitingForConnect.delete(finish);
        if (this.#isConnected) resolve();
        else reject(this.#unavailable());
      };
      const cancel = this.#clock.schedule(timeoutMs, finish);
      this.#waitingForConnect.add(finish);
    });
  }

  async #call(
    op: string,
    device: string,
    params: Readonly<Record<string, unknown>>,
    timeoutMs: number,
  ): Promise<SoundAnswer> {
    if (this.#isConnected) return this.#send(op, device, params, timeoutMs);
    if (this.#wasConnected || !this.#dealer) throw this.#unavailable();
    const startedAtMs = this.#clock.monotonicMs();
    await this.connected(timeoutMs);
    const leftMs = Math.floor(timeoutMs - (this.#clock.monotonicMs() - startedAtMs));
    return this.#send(op, device, params, Math.max(1, leftMs));
  }

  #send(
    op: string,
    device: string,
    params: Readonly<Record<string, unknown>>,
    timeoutMs: number,
  ): Promise<SoundAnswer> {
    const { id, answer } = this.#calls.open(timeoutMs + MARGIN_MS, () =>
      this.#unavailable(`no answer within ${timeoutMs} ms`),
    );
    const frames = [encodeId(id), encodeBody({ op, device, params, timeoutMs })];
    if (this.#queue?.push(frames) !== true) this.#calls.reject(id, this.#unavailable());
    return answer;
  }

  async #watch(events: Dealer["events"]): Promise<void> {
    for await (const { type } of events) {
      if (type === "handshake") {
        this.#hasPeer = true;
        this.#become(true);
      } else if (type === "disconnect") {
        this.#hasPeer = false;
        this.subscription.forget();
        this.#become(false);
      }
    }
  }

  #ended(error: unknown): void {
    this.#options.log?.error({ err: error }, "ipc ended");
  }

  async #receive(dealer: Dealer): Promise<void> {
    for await (const [idFrame, bodyFrame] of dealer) {
      const id = decodeId(idFrame);
      const answer = decodeAnswer(bodyFrame);
      if (id === undefined || !answer) {
        this.counters.malformed++;
        continue;
      }
      this.#vigil.heard();
      if (!this.#isConnected) this.#become(true);
      if (!this.#calls.settle(id, answer)) this.counters.late++;
    }
  }

  #become(isConnected: boolean): void {
    if (this.#isConnected === isConnected) return;
    this.#isConnected = isConnected;
    if (isConnected) {
      this.#wasConnected = true;
      this.#vigil.start();
    } else {
      this.#queue?.clear();
      this.#calls.rejectAll(() => this.#unavailable());
    }
    for (const wake of this.#waitingForConnect) wake();
    this.#options.onState?.(isConnected);
    if (isConnected) this.#options.onMissed?.();
  }

  #askAlive(): void {
    if (!this.#hasPeer) return;
    // Unanswered, it has served its purpose: the vigil goes by what is heard.
    this.#send("alive", "", {}, CONTROL_TIMEOUT_MS).catch(() => undefined);
  }

  #unavailable(reason = "not connected"): DriverUnavailableError {
    return new DriverUnavailableError(this.#name, { details: { reason } });
  }
}

/** A started client: calls made before the driver is there wait for it within their time-out. */
export function createDriverClient(options: DriverClientOptions): DriverClient {
  const client = new DriverClient(options);
  client.start();
  return client;
}
