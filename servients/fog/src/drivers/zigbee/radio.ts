import type { Clock, Logger } from "@fogwot/core/base";
import { AtCommandError } from "./errors";
import { FrameIds } from "./frame-ids";
import {
  type Address64,
  type ApiMode,
  decodeFrame,
  decodeNodeIdentity,
  encodeFrame,
  type FrameOf,
  type NodeIdentity,
  UNKNOWN_16,
  wrap,
  type XBeeFrame,
  XBeeParser,
} from "./xbee";

export interface XBeeRadioOptions {
  readonly mode: ApiMode;
  /** Sends bytes to the module. @throws where it cannot */
  readonly write: (bytes: Buffer) => void;
  readonly onReceive: (from: Address64, payload: Buffer) => void;
  /** A module tells that it is there, by itself. */
  readonly onNode: (node: NodeIdentity) => void;
  readonly onModemStatus: (status: number) => void;
  /** Counts what was wrong with the bytes of the line, by cause. */
  readonly count: (cause: string, by?: number) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

type RequestFrame = FrameOf<"transmit" | "at" | "remoteAt">;
type Answer = FrameOf<"transmitStatus" | "atResponse" | "remoteAtResponse">;

/** What is done with the answers to a frame; `take` tells whether more may come. */
interface Question<T> {
  take(answer: Answer, resolve: (value: T) => void, reject: (error: Error) => void): boolean;
  timeOut(resolve: (value: T) => void, reject: (error: Error) => void): void;
}

/** A frame's bytes follow each other; a longer pause means that the rest was lost. */
const FRAME_PAUSE_MS = 100;
const NOTHING = Buffer.alloc(0);

/** The module on the line: frames out with ids of their own, answers back to who waits for them. */
export class XBeeRadio {
  readonly #options: XBeeRadioOptions;
  readonly #ids = new FrameIds<Answer>();
  readonly #parser: XBeeParser;
  #cancelPause: (() => void) | undefined;

  constructor(options: XBeeRadioOptions) {
    this.#options = options;
    const { count, log } = options;
    this.#parser = new XBeeParser({
      mode: options.mode,
      onFrame: (data) => {
        const frame = decodeFrame(data);
        if (typeof frame !== "string") this.#take(frame);
        else {
          count(frame);
          log.debug({ data: data.toString("hex") }, frame);
        }
      },
      onFault: count,
    });
  }

  /** Bytes from the line. */
  push(chunk: Uint8Array): void {
    this.#cancelPause?.();
    this.#cancelPause = undefined;
    this.#parser.push(chunk);
    if (!this.#parser.isInFrame) return;
    this.#cancelPause = this.#options.clock.schedule(FRAME_PAUSE_MS, () => this.#parser.giveUp());
  }

  /** The line is gone: what waits ends with this. */
  reset(error: Error): void {
    this.#cancelPause?.();
    this.#cancelPause = undefined;
    this.#parser.reset();
    this.#ids.endAll(error);
  }

  /**
   * Sends a payload by radio. `onDelivery` gets the delivery status (constants, DELIVERY) once,
   * which may come after the reply, or never where the line loses it.
   * @throws OverloadedError, and what `write` throws
   */
  transmit(to: Address64, payload: Buffer, onDelivery: (status: number) => void): void {
    const id = this.#ids.take({
      isExpendable: true,
      answer: (answer) => {
        if (answer.type === "transmitStatus") onDelivery(answer.delivery);
        return false;
      },
      // Whoever sent it hears of the line's end by itself.
      end: () => undefined,
    });
    const addresses = { address64: to, address16: UNKNOWN_16 };
    this.#send({ type: "transmit", id, ...addresses, radius: 0, options: 0, payload });
  }

  /** @throws AtCommandError, and what `write` throws */
  at(command: string, value: Buffer, timeoutMs: number): Promise<Buffer> {
    return this.#command(command, timeoutMs, (id) => ({ type: "at", id, command, value }));
  }

  /** The same at another module; a value takes effect there at once. */
  remoteAt(to: Address64, command: string, value: Buffer, timeoutMs: number): Promise<Buffer> {
    const addresses = { address64: to, address16: UNKNOWN_16 };
    return this.#command(command, timeoutMs, (id) => {
      return { type: "remoteAt", id, ...addresses, options: 2, command, value };
    });
  }

  /**
   * Asks every module who it is. Each answers within its own random part of the module's time NT:
   * nothing but time ends the discovery.
   */
  discover(timeoutMs: number, onNode: (node: NodeIdentity) => void): Promise<void> {
    return this.#ask<void>(timeoutMs, (id) => ({ type: "at", id, command: "ND", value: NOTHING }), {
      take: (answer) => {
        const node = "value" in answer ? decodeNodeIdentity(answer.value) : undefined;
        if (node) onNode(node);
        return true;
      },
      timeOut: (resolve) => resolve(),
    });
  }

  #command(
    command: string,
    timeoutMs: number,
    frame: (id: number) => RequestFrame,
  ): Promise<Buffer> {
    return this.#ask<Buffer>(timeoutMs, frame, {
      take: (answer, resolve, reject) => {
        // Of another frame that had this id before.
        if (answer.type === "transmitStatus" || answer.command !== command) return true;
        if (answer.status === 0) resolve(answer.value);
        else reject(new AtCommandError(command, answer.status));
        return false;
      },
      timeOut: (_resolve, reject) => reject(new AtCommandError(command, null)),
    });
  }

  #ask<T>(
    timeoutMs: number,
    frame: (id: number) => RequestFrame,
    { take, timeOut }: Question<T>,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const id = this.#ids.take({
        isExpendable: false,
        answer: (answer) => {
          const isOpen = take(answer, resolve, reject);
          if (!isOpen) cancel();
          return isOpen;
        },
        end: (error) => {
          cancel();
          reject(error);
        },
      });
      const cancel = this.#options.clock.schedule(timeoutMs, () => {
        this.#ids.release(id);
        timeOut(resolve, reject);
      });
      try {
        this.#send(frame(id));
      } catch (error) {
        cancel();
        throw error;
      }
    });
  }

  #send(frame: RequestFrame): void {
    try {
      this.#options.write(wrap(encodeFrame(frame), this.#options.mode));
    } catch (error) {
      this.#ids.release(frame.id);
      throw error;
    }
  }

  #take(frame: XBeeFrame): void {
    const { onReceive, onNode, onModemStatus, count } = this.#options;
    switch (frame.type) {
      case "receive":
        onReceive(frame.address64, frame.payload);
        break;
      case "nodeIdentification":
        onNode(frame.node);
        break;
      case "modemStatus":
        onModemStatus(frame.status);
        break;
      case "transmitStatus":
      case "atResponse":
      case "remoteAtResponse":
        if (!this.#ids.answer(frame.id, frame)) count("unawaited");
        break;
      default:
        // A frame of ours that comes back: an echo, or a module in command mode.
        count("unexpected");
    }
  }
}
