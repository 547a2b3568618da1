import { type Deferred, deferred, type Logger, silentLogger, systemClock } from "@fogwot/core";
import {
  COMMANDS,
  DEFAULT_CONFIG,
  encodeAcknowledgement,
  encodeAxis,
  STATUS,
} from "@fogwot/wasm/kuka-axes";
import { lineExecutable } from "../../../emulation/board-build";
import { EmulatedLine } from "../../../emulation/serial/emulated-line";

const BAUD_RATE = 9_600;
const COMMAND_BYTES = 4;
const AXES = 7;
const FRAME_MS = DEFAULT_CONFIG.poseIntervalMs / AXES;
const ANSWER_LIMIT_MS = 2_000;
/** The arm stretched out level. */
const POSTURE = [0, -90, 90, 0, 0, 0, 0];

/** The robot's end of the line: sends poses at its pace, one after the other, and times the stops. */
export class RobotEnd {
  readonly line: EmulatedLine;
  #pose = 0;
  #heard: number[] = [];
  #awaited: Deferred<number | null> | undefined;

  constructor(path: string, log: Logger = silentLogger) {
    this.line = new EmulatedLine({
      path,
      executable: lineExecutable(),
      baudRate: BAUD_RATE,
      onBytes: (chunk) => this.#take(chunk),
      clock: systemClock,
      log,
    });
  }

  /**
   * Frame by frame, as the line carries them at 9600 baud.
   * @param turn of axis 1, degrees
   * @returns monotonic ms at which its last byte was written
   */
  async sendPose(turn: number): Promise<number> {
    const number = this.#pose++;
    const axes = [turn, ...POSTURE.slice(1)];
    const frames = axes.map((value, axis) => encodeAxis("checked", axis + 1, value, number));
    for (const [index, frame] of frames.entries()) {
      if (index > 0) await systemClock.sleep(FRAME_MS);
      this.line.write(frame);
    }
    return systemClock.monotonicMs();
  }

  /**
   * @returns ms from the last byte of the pose, written, to the last byte of the stop, read; null where
   * none came in time
   */
  async stopAfter(turn: number): Promise<number | null> {
    const stop = deferred<number | null>();
    this.#awaited = stop;
    const sentAtMs = await this.sendPose(turn);
    const cancel = systemClock.schedule(ANSWER_LIMIT_MS, () => stop.resolve(null));
    const stoppedAtMs = await stop.promise;
    cancel();
    this.#awaited = undefined;
    return stoppedAtMs === null ? null : stoppedAtMs - sentAtMs;
  }

  #take(chunk: Buffer): void {
    const atMs = systemClock.monotonicMs();
    for (const byte of chunk) {
      this.#heard.push(byte);
      if (this.#heard.length < COMMAND_BYTES) continue;
      const [id = 0, code = 0, notId = 0, notCode = 0] = this.#heard;
      if ((id ^ notId) !== 0xff || (code ^ notCode) !== 0xff) {
        this.#heard.shift();
        continue;
      }
      this.#heard = [];
      this.line.write(encodeAcknowledgement("checked", id, STATUS.done, this.#pose));
      if (code === COMMANDS.stop) this.#awaited?.resolve(atMs);
    }
  }
}
