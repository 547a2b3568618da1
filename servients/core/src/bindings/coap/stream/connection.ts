import type { Duplex } from "node:stream";
import type { Clock } from "../../../time";
import { type Frame, NO_BYTES, type Option, uintOption } from "../message";
import { BASE_CAPABILITIES, type Capabilities, csmOf, readCsm } from "./capabilities";
import { AbortOption, SignalCode } from "./constants";
import { encodeFrame } from "./encode-frame";
import { FrameParser, type StreamFault } from "./frame-parser";

/** How a connection ended: by the peer, by its silence, by its fault, or by our own `close`. */
export type ConnectionEnd = "closed" | "silent" | "faulty" | "own";

export interface ConnectionOptions {
  readonly socket: Duplex;
  readonly clock: Clock;
  /** What we take. */
  readonly own: Capabilities;
  /** The peer is asked for a sign of life after so long without one. */
  readonly idleMs: number;
  /** How long it may take to give one, and to complete a message it has begun. */
  readonly patienceMs: number;
  /** Nothing more is read while the peer has not taken so much of what was sent. */
  readonly maximumUnsentBytes: number;
  /**
   * More, or fewer, bytes of messages that are not complete are held.
   * @returns whether there is room for them
   */
  readonly hold?: (changeBytes: number) => boolean;
  /** A message that is no signaling. */
  readonly onFrame: (frame: Frame) => void;
  /** The peer has said what it takes, for the first time. */
  readonly onReady?: () => void;
  /** Nothing was heard for `idleMs`. @returns whether the connection is still needed */
  readonly isNeeded: () => boolean;
  /** The peer wants to end the connection: nothing new is to be sent. */
  readonly onRelease: () => void;
  /** Called once. */
  readonly onEnd: (end: ConnectionEnd) => void;
}

/** Either end of a CoAP connection (RFC 8323): messages in and out, signaling in between. */
export class CoapConnection {
  readonly #options: ConnectionOptions;
  readonly #parser: FrameParser;
  #peer: Capabilities = BASE_CAPABILITIES;
  #state: "greeting" | "open" | "ended" = "greeting";
  #heardAtMs: number;
  #isCorked = false;
  #heldBytes = 0;
  #cancelWatch: () => void = () => undefined;
  #cancelDeadline: (() => void) | undefined;
  readonly #uncork = (): void => {
    this.#isCorked = false;
    this.#options.socket.uncork();
  };

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#parser = new FrameParser(options.own.maximumMessageBytes);
    this.#heardAtMs = options.clock.monotonicMs();
  }

  /** What the peer takes. */
  get peer(): Capabilities {
    return this.#peer;
  }

  get hasEnded(): boolean {
    return this.#state === "ended";
  }

  /** Bytes that the peer has not taken yet. */
  get unsentBytes(): number {
    return this.#options.socket.writableLength;
  }

  /** Says what we take, and listens. */
  open(): void {
    const { socket, own, patienceMs } = this.#options;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("drain", () => socket.resume());
    socket.on("error", () => this.#end("closed"));
    socket.on("close", () => this.#end("closed"));
    socket.on("end", () => this.#end("closed"));
    this.send(csmOf(own));
    this.#watch(patienceMs);
  }

  /** @param onSent told once the system has taken it; not after the end */
  send(frame: Frame, onSent?: () => void): void {
    const { socket, maximumUnsentBytes } = this.#options;
    if (this.#state === "ended") return;
    // What is sent within one tick goes out in one piece.
    if (!this.#isCorked) {
      this.#isCorked = true;
      socket.cork();
      process.nextTick(this.#uncork);
    }
    socket.write(encodeFrame(frame), (error) => {
      if (!error && this.#state !== "ended") onSent?.();
    });
    if (socket.writableLength > maximumUnsentBytes) socket.pause();
  }

  /** Asks for signs of life from now on. Idempotent. */
  watch(): void {
    this.#heardAtMs = this.#options.clock.monotonicMs();
    this.#watch(this.#options.idleMs);
  }

  /** Until `watch` the peer may be silent. */
  stopWatching(): void {
    this.#cancelWatch();
  }

  /** Ends in good order. Idempotent. */
  close(): void {
    this.send(signal(SignalCode.release));
    this.#end("own");
  }

  /** Ends because of the peer's fault, and says so. */
  abort(diagnostic: string, options: readonly Option[] = []): void {
    this.send({ ...signal(SignalCode.abort, options), payload: Buffer.from(diagnostic) });
    this.#end("faulty");
  }

  #read(chunk: Buffer): void {
    if (this.#state === "ended") return;
    this.#heardAtMs = this.#options.clock.monotonicMs();
    const fault = this.#parser.read(chunk, (frame) => {
      this.#take(frame);
      return !this.hasEnded;
    });
    if (fault) this.abort(FAULTS[fault]);
    else if (!this.#hold(this.#parser.heldBytes)) this.abort("no room for the message");
    else this.#limitMessage();
  }

  #hold(bytes: number): boolean {
    const changeBytes = bytes - this.#heldBytes;
    this.#heldBytes = bytes;
    return changeBytes === 0 || (this.#options.hold?.(changeBytes) ?? true);
  }

  /** A message that has begun has to end. */
  #limitMessage(): void {
    const isPartial = this.#parser.heldBytes > 0 && !this.hasEnded;
    if (!isPartial) {
      this.#cancelDeadline?.();
      this.#cancelDeadline = undefined;
      return;
    }
    const { clock, patienceMs } = this.#options;
    this.#cancelDeadline ??= clock.schedule(patienceMs, () => this.abort("message incomplete"));
  }

  #take(frame: Frame): void {
    if (this.#state === "greeting") {
      if (frame.code !== SignalCode.csm) this.abort("a CSM has to come first");
      else if (this.#takeCsm(frame)) {
        this.#state = "open";
        this.#options.onReady?.();
      }
      return;
    }
    if (frame.code >> 5 === 7) this.#takeSignal(frame);
    else if (frame.code !== 0) this.#options.onFrame(frame);
  }

  #takeCsm(frame: Frame): boolean {
    const capabilities = readCsm(this.#peer, frame);
    if (typeof capabilities === "number") {
      this.abort("bad CSM option", [uintOption(AbortOption.badCsmOption, capabilities)]);
      return false;
    }
    this.#peer = capabilities;
    return true;
  }

  #takeSignal(frame: Frame): void {
    const { code, token, options } = frame;
    if (code === SignalCode.csm) this.#takeCsm(frame);
    else if (code === SignalCode.abort) this.#end("closed");
    else if (options.some(({ number }) => number % 2 === 1)) this.abort("bad signaling option");
    else if (code === SignalCode.ping)
      this.send({ ...signal(SignalCode.pong), token: Buffer.from(token) });
    else if (code === SignalCode.release) this.#options.onRelease();
    // A pong has been heard like anything else; codes of later specifications mean nothing to us.
  }

  #watch(delayMs: number): void {
    const { clock, idleMs, patienceMs, isNeeded } = this.#options;
    this.#cancelWatch();
    if (this.#state === "ended") return;
    this.#cancelWatch = clock.schedule(delayMs, () => {
      const silentMs = clock.monotonicMs() - this.#heardAtMs;
      if (this.#state === "greeting") this.#end("silent");
      else if (silentMs < idleMs) this.#watch(idleMs - silentMs);
      else if (silentMs >= idleMs + patienceMs) this.#end("silent");
      else if (isNeeded()) {
        this.send(signal(SignalCode.ping));
        this.#watch(patienceMs);
      } else this.close();
    });
  }

  #end(end: ConnectionEnd): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#cancelWatch();
    this.#cancelDeadline?.();
    this.#parser.clear();
    this.#hold(0);
    this.#finish(end);
    this.#options.onEnd(end);
  }

  /** What has been written still goes out. */
  #finish(end: ConnectionEnd): void {
    const { socket, clock } = this.#options;
    if (end === "silent" || end === "closed" || socket.destroyed) {
      socket.destroy();
      return;
    }
    const cancel = clock.schedule(LINGER_MS, () => socket.destroy());
    socket.once("close", cancel);
    // To close with something unread would reset the connection, and the peer might not see why.
    if (end === "faulty") socket.resume().end();
    else socket.end(() => socket.destroy());
  }
}

/** A peer that does not read holds up the end of a connection this long. */
const LINGER_MS = 1_000;

const FAULTS: Readonly<Record<StreamFault, string>> = {
  malformed: "malformed message",
  "too large": "message too large",
};

function signal(code: number, options: readonly Option[] = []): Frame {
  return { code, token: NO_BYTES, options, payload: NO_BYTES };
}
