import type { Clock, Rng } from "@fogwot/core";
import {
  AXES,
  COMMANDS,
  type Dialect,
  encodeAcknowledgement,
  encodeAxis,
  STATUS,
} from "@fogwot/wasm/kuka-axes";
import { RobotMotion, type Spoiling, spoil } from "@fogwot/wasm/kuka-axes/testing";

export interface ControllerOptions {
  readonly dialect: Dialect;
  /** Between two poses, in real time. */
  readonly poseIntervalMs: number;
  /** Between two poses, in the robot's time: how far it moves. */
  readonly motionMs: number;
  /** Share of the axes' maximum speed. */
  readonly speed: number;
  readonly spoiling: Spoiling;
  /** One stream a purpose. */
  readonly rng: (purpose: string) => Rng;
  readonly clock: Clock;
  /** Bytes for the line. */
  readonly send: (bytes: Uint8Array) => void;
}

const COMMAND_BYTES = 4;

/** An emulated KR C2 controller: a robot that repeats its program, and a program that sends its axes. */
export class RobotController {
  /** Since the start. */
  readonly counters = { poses: 0, commands: 0, strayBytes: 0 };
  isStopped = false;
  /** It sends, and hears, nothing. */
  isSilent = false;
  readonly #options: ControllerOptions;
  readonly #motion: RobotMotion;
  readonly #spoilDraw: () => number;
  readonly #heard: number[] = [];
  #axes: readonly number[];
  #dueMs = 0;
  #cancel: (() => void) | undefined;

  constructor(options: ControllerOptions) {
    const { rng, speed } = options;
    this.#options = options;
    const motion = rng("motion");
    const line = rng("line");
    this.#motion = new RobotMotion(() => motion.next(), { speed });
    this.#spoilDraw = () => line.next();
    this.#axes = this.#motion.next(0);
  }

  start(): void {
    if (this.#cancel) return;
    this.#dueMs = this.#options.clock.monotonicMs();
    this.#run();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Sends the pose at hand and moves on: what `start` does again and again. */
  sendPose(): void {
    if (this.isSilent) return;
    const { dialect, motionMs } = this.#options;
    if (!this.isStopped) this.#axes = this.#motion.next(motionMs);
    for (let axis = 1; axis <= AXES; axis++) {
      this.#send(encodeAxis(dialect, axis, this.#axes[axis - 1] ?? 0, this.counters.poses));
    }
    this.counters.poses++;
  }

  /** Bytes from the line. What is no command is passed over byte by byte. */
  take(chunk: Uint8Array): void {
    if (this.isSilent) return;
    for (const byte of chunk) {
      this.#heard.push(byte);
      if (this.#heard.length < COMMAND_BYTES) continue;
      if (this.#obey()) this.#heard.length = 0;
      else {
        this.#heard.shift();
        this.counters.strayBytes++;
      }
    }
  }

  /** A program that waits for each frame to be written never sends faster than the line carries. */
  #run(): void {
    const { clock, poseIntervalMs } = this.#options;
    const nowMs = clock.monotonicMs();
    this.#dueMs = Math.max(this.#dueMs, nowMs) + poseIntervalMs;
    this.#cancel = clock.schedule(this.#dueMs - nowMs, () => {
      this.sendPose();
      this.#run();
    });
  }

  #obey(): boolean {
    const [id = 0, code = 0, notId = 0, notCode = 0] = this.#heard;
    if (id === 0 || (id ^ notId) !== 0xff || (code ^ notCode) !== 0xff) return false;
    this.counters.commands++;
    const status = this.#execute(code);
    const { dialect, poseIntervalMs } = this.#options;
    this.#send(encodeAcknowledgement(dialect, id, status, this.counters.poses));
    this.#dueMs += poseIntervalMs / AXES;
    return true;
  }

  /** Each time: a repetition changes nothing, and an id may be used again after a restart. */
  #execute(code: number): number {
    if (code !== COMMANDS.stop && code !== COMMANDS.release) return STATUS.unknown;
    this.isStopped = code === COMMANDS.stop;
    return STATUS.done;
  }

  #send(frame: Uint8Array): void {
    this.#options.send(spoil(frame, this.#options.spoiling, this.#spoilDraw));
  }
}
