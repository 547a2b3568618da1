import * as dgram from "node:dgram";
import { once } from "node:events";
import type { Clock, Link, Logger } from "@fogwot/core";
import { ESS, encodeHumidity, encodeTemperature, VENDOR } from "@fogwot/fog/ble";
import {
  type Message,
  PARAMETER_CODE,
  parseMessage,
  QUANTITY_CODE,
  type ReadingBody,
  writeMessage,
} from "@fogwot/fog/board-protocol";
import { RoundTrips } from "../round-trips";
import type { Peripheral, PeripheralConnection } from "./air";
import { ATT_ERROR, type Respond, type ServiceSpec } from "./att";
import { AttServer } from "./att-server";

export interface BoardPeripheralOptions {
  /** Twelve hexadecimal digits. */
  readonly address: string;
  readonly addressType: number;
  readonly name: string;
  readonly link: Link;
  readonly clock: Clock;
  readonly log: Logger;
}

type Answer = Extract<Message, { type: "reading" | "ack" | "error" }>;

const LOOPBACK = "127.0.0.1";
const DEFAULT_INTERVAL_MS = 1_000;
const MAX_WAITING = 64;
const MAX_NAME_BYTES = 29;

/**
 * An ESP32 with its sensor: the Environmental Sensing Service in front of the firmware, which is a
 * process of its own. A query to the board costs one round trip of the link, however many of its
 * values are read; what the sensor samples by itself is told to who subscribed, one way.
 */
export class BoardPeripheral implements Peripheral {
  readonly address: string;
  readonly addressType: number;
  readonly advertisement: Buffer;
  readonly scanResponse: Buffer;
  hasPower = true;
  readonly #options: BoardPeripheralOptions;
  readonly #roundTrips: RoundTrips;
  readonly #services: readonly ServiceSpec[];
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #socket: dgram.Socket | undefined;
  #board: { readonly host: string; readonly port: number } | undefined;
  #server: AttServer | undefined;
  #sequence = 0;
  #intervalMs = DEFAULT_INTERVAL_MS;
  /** Of the last answered query: each of its values may be read once without asking again. */
  #fresh = new Map<number, number>();
  #cancelSampling: (() => void) | undefined;

  constructor(options: BoardPeripheralOptions) {
    const { address, addressType, name, link, clock } = options;
    this.#options = options;
    this.address = address;
    this.addressType = addressType;
    this.#roundTrips = new RoundTrips(link, clock);
    // Flags: general discoverable, no classic Bluetooth; complete list of 16-bit services.
    this.advertisement = Buffer.of(0x02, 0x01, 0x06, 0x03, 0x03, 0x1a, 0x18);
    const text = Buffer.from(name).subarray(0, MAX_NAME_BYTES);
    this.scanResponse = Buffer.concat([Buffer.of(text.length + 1, 0x09), text]);
    this.#services = this.#createServices();
  }

  /** It is one chip: without its firmware there is no radio either. */
  get isThere(): boolean {
    return this.hasPower && this.#board !== undefined && !this.#options.link.settings.cut;
  }

  async start(): Promise<void> {
    if (this.#socket) return;
    const socket = dgram.createSocket("udp4");
    this.#socket = socket;
    const listening = once(socket, "listening");
    socket.bind(0, LOOPBACK);
    await listening;
    socket.on("error", (error) => {
      this.#options.log.warn({ device: this.#options.name, err: error }, "peripheral to its board");
    });
    socket.on("message", (datagram) => this.#hear(datagram));
  }

  stop(): void {
    this.#endSampling();
    this.#options.link.stop();
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** The board's own address; changes when the board was restarted, undefined while it is down. */
  attachBoard(board: { readonly host: string; readonly port: number } | undefined): void {
    this.#board = board;
    this.#intervalMs = DEFAULT_INTERVAL_MS;
    this.#fresh.clear();
  }

  connect(send: (pdu: Buffer) => void): PeripheralConnection {
    this.#fresh.clear();
    // An answer that was on its way belongs to a connection that is gone.
    this.#waiting.clear();
    const server = new AttServer(this.#services, send, () => this.#startSampling());
    this.#server = server;
    return {
      take: (pdu) => server.take(pdu),
      end: () => {
        if (this.#server === server) {
          this.#server = undefined;
          this.#endSampling();
        }
      },
    };
  }

  #createServices(): ServiceSpec[] {
    const value = (uuid: string, quantity: number, encode: (milli: number) => Buffer) => ({
      uuid,
      canNotify: true,
      read: (respond: Respond) => this.#read(quantity, encode, respond),
    });
    const name = Buffer.from(this.#options.name);
    return [
      {
        uuid: "1800",
        characteristics: [{ uuid: "2a00", canNotify: false, read: (respond) => respond(name) }],
      },
      {
        uuid: ESS.service,
        characteristics: [
          value(ESS.temperature, QUANTITY_CODE.temperature, encodeTemperature),
          value(ESS.humidity, QUANTITY_CODE.relativeHumidity, encodeHumidity),
        ],
      },
      {
        uuid: VENDOR.service,
        characteristics: [
          {
            uuid: VENDOR.samplingInterval,
            canNotify: false,
            read: (respond) => respond(u32(this.#intervalMs)),
            write: (bytes, respond) => this.#set(bytes, respond),
          },
        ],
      },
    ];
  }

  #read(quantity: number, encode: (milli: number) => Buffer, respond: Respond): void {
    const fresh = this.#fresh.get(quantity);
    if (fresh !== undefined) {
      this.#fresh.delete(quantity);
      respond(encode(fresh));
      return;
    }
    this.#ask({ type: "query", sequence: this.#nextSequence() }, (answer) => {
      if (answer.type !== "reading") {
        respond({ error: ATT_ERROR.application });
        return;
      }
      this.#fresh = valuesOf(answer);
      const milli = this.#fresh.get(quantity);
      this.#fresh.delete(quantity);
      respond(milli === undefined ? { error: ATT_ERROR.application } : encode(milli));
    });
  }

  /** u32 ms; 0 starts the board over. */
  #set(bytes: Buffer, respond: Respond): void {
    if (bytes.length !== 4) {
      respond({ error: ATT_ERROR.invalidLength });
      return;
    }
    const intervalMs = bytes.readUInt32LE(0);
    const parameter = intervalMs === 0 ? PARAMETER_CODE.reset : PARAMETER_CODE.samplingIntervalMs;
    const value = intervalMs > 0x7fff_ffff ? 0x7fff_ffff : intervalMs;
    this.#ask({ type: "set", sequence: this.#nextSequence(), parameter, value }, (answer) => {
      if (answer.type === "ack") {
        this.#intervalMs = intervalMs === 0 ? DEFAULT_INTERVAL_MS : intervalMs;
        this.#fresh.clear();
        this.#startSampling();
        respond(Buffer.alloc(0));
      } else respond({ error: ATT_ERROR.outOfRange });
    });
  }

  #ask(message: Message, onAnswer: (answer: Answer) => void): void {
    this.#await(message.sequence, onAnswer);
    const frame = writeMessage(message);
    this.#roundTrips.request(frame, () => this.#send(frame));
  }

  #await(sequence: number, onAnswer: (answer: Answer) => void): void {
    this.#waiting.set(sequence, onAnswer);
    if (this.#waiting.size <= MAX_WAITING) return;
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined) this.#waiting.delete(oldest);
  }

  #send(frame: Buffer): void {
    const board = this.#board;
    if (board) this.#socket?.send(frame, board.port, board.host, () => undefined);
  }

  #hear(datagram: Buffer): void {
    const message = parseMessage(datagram);
    if (typeof message === "string" || message.type === "query" || message.type === "set") return;
    if (message.type === "push") {
      this.#tell(message);
      return;
    }
    const onAnswer = this.#waiting.get(message.sequence);
    if (!onAnswer) return;
    this.#waiting.delete(message.sequence);
    // What the board's own clock asked for has no round trip to wait out: `reply` would lose it.
    if (onAnswer === this.#onSample) onAnswer(message);
    else this.#roundTrips.reply(datagram, () => onAnswer(message));
  }

  #startSampling(): void {
    this.#endSampling();
    if (!this.#server?.hasSubscriptions) return;
    this.#cancelSampling = this.#options.clock.schedule(this.#intervalMs, () => {
      const sequence = this.#nextSequence();
      this.#await(sequence, this.#onSample);
      this.#send(writeMessage({ type: "query", sequence }));
      this.#startSampling();
    });
  }

  #endSampling(): void {
    this.#cancelSampling?.();
    this.#cancelSampling = undefined;
  }

  readonly #onSample = (answer: Answer): void => {
    if (answer.type === "reading") this.#tell(answer);
  };

  #tell(reading: ReadingBody): void {
    const values = valuesOf(reading);
    const temperature = values.get(QUANTITY_CODE.temperature);
    const humidity = values.get(QUANTITY_CODE.relativeHumidity);
    this.#options.link.send(undefined, () => {
      if (temperature !== undefined) {
        this.#server?.notify(ESS.temperature, encodeTemperature(temperature));
      }
      if (humidity !== undefined) this.#server?.notify(ESS.humidity, encodeHumidity(humidity));
    });
  }

  #nextSequence(): number {
    this.#sequence = (this.#sequence + 1) % 65_536;
    return this.#sequence;
  }
}

function valuesOf({ values }: ReadingBody): Map<number, number> {
  return new Map(values.map(({ quantity, milli }) => [quantity, milli]));
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
