import {
  ACKNOWLEDGEMENT_AXIS,
  ACKNOWLEDGEMENT_MARK,
  AXES,
  type Dialect,
  FRAME_BYTES,
  MARK,
  MINUS,
  PLUS,
  POSE_BYTES,
  SPACE,
  STEPS_PER_UNIT,
  ZERO,
} from "./constants";
import { crc16 } from "./crc16";
import { fromSelfChecking } from "./frames";
import type { AxisLimit, KukaAxesConfig } from "./limits";
import { AxisPlausibility, BELIEVED, REFUSED } from "./plausibility";

/** What the decoder finds; the objects are its own and are written over by the next. */
export interface KukaAxesSink {
  pose(pose: PoseRecord): void;
  acknowledgement(id: number, status: number): void;
}

export interface PoseRecord {
  /** A gap is lost poses. The controller's own in the checked dialect, else counted by the bytes. */
  number: number;
  /** Degrees; axis 7: mm. */
  readonly axes: Float64Array;
}

const { floor, round } = Math;

const BUFFER_BYTES = 4_096;
/** Frames in a row that settle which dialect is spoken. */
const PLAIN_STREAK = 3;
const CHECKED_STREAK = 2;
/** So long without a frame, another dialect may have begun. */
const LOST_BYTES = 4 * POSE_BYTES;
/** A step back, or a leap further than this, is a controller that has started over. */
const MAX_POSE_LEAP = 1_000;
const COMPLETE = (1 << AXES) - 1;

/**
 * Bytes of a robot controller → poses: framing, resynchronisation, dialect, range and speed of each axis.
 * Pure and incremental: any cut of the stream into chunks gives the same poses, each with the byte that
 * completes it. It keeps flat buffers only and makes none. `assembly/` is the same for the processor ABI.
 */
export class KukaAxesTwin {
  /** Since the start; rejected frames by their first fault. */
  readonly counters = {
    bytes: 0,
    frames: 0,
    poses: 0,
    lostPoses: 0,
    skippedBytes: 0,
    resyncs: 0,
    rejectedFraming: 0,
    rejectedCrc: 0,
    rejectedRange: 0,
    rejectedOrder: 0,
    rejectedSpeed: 0,
    acknowledgements: 0,
    dialectsSeen: 0,
  };
  readonly #isAuto: boolean;
  readonly #low = new Float64Array(AXES);
  readonly #high = new Float64Array(AXES);
  readonly #plausibility: AxisPlausibility;
  readonly #buffer = new Uint8Array(BUFFER_BYTES + FRAME_BYTES);
  readonly #view = new DataView(this.#buffer.buffer);
  readonly #pose: PoseRecord = { number: 0, axes: new Float64Array(AXES) };
  #length = 0;
  #sink: KukaAxesSink | undefined;
  /** Spoken, or being tried while `#streak` is short. */
  #dialect: Dialect | null;
  #streak = 0;
  #isSettled: boolean;
  /** Since the end of the last frame. */
  #skipped = 0;
  /** Of the last plain frame, counted from the first pose on: 7 to a pose. */
  #frame = -1;
  /** By how many frames the last one was out of turn; twice the same is the truth. */
  #shift = 0;
  #mask = 0;
  #lastPose = -1;

  constructor(config: KukaAxesConfig) {
    this.#isAuto = config.dialect === "auto";
    this.#isSettled = config.dialect !== "auto";
    this.#dialect = config.dialect === "auto" ? null : config.dialect;
    this.#plausibility = new AxisPlausibility(config);
    config.axes.forEach((limit, axis) => {
      this.setLimit(axis, limit);
    });
  }

  /** Of the frames from now on. @param axis 0 … 6 */
  setLimit(axis: number, { min, max, maxSpeed }: AxisLimit): void {
    this.#plausibility.setSpeed(axis, maxSpeed);
    this.#low[axis] = min * STEPS_PER_UNIT;
    this.#high[axis] = max * STEPS_PER_UNIT;
  }

  /** Null until it is known. */
  get dialect(): Dialect | null {
    return this.#isSettled ? this.#dialect : null;
  }

  push(chunk: Uint8Array, sink: KukaAxesSink): void {
    this.#sink = sink;
    this.counters.bytes += chunk.length;
    for (let from = 0; from < chunk.length; ) {
      const count = Math.min(BUFFER_BYTES, chunk.length - from);
      for (let i = 0; i < count; i++) this.#buffer[this.#length + i] = chunk[from + i] as number;
      this.#length += count;
      from += count;
      this.#digest();
    }
  }

  #digest(): void {
    let at = 0;
    while (this.#length - at >= FRAME_BYTES) {
      const isFrame = this.#isSettled ? this.#take(at) : this.#try(at);
      if (isFrame) {
        this.counters.frames++;
        if (this.#skipped % FRAME_BYTES !== 0) this.counters.resyncs++;
        this.#skipped = 0;
        at += FRAME_BYTES;
      } else {
        this.#skip();
        at++;
      }
    }
    this.#buffer.copyWithin(0, at, this.#length);
    this.#length -= at;
  }

  #skip(): void {
    this.#skipped++;
    this.counters.skippedBytes++;
    this.#streak = 0;
    if (this.#isAuto && this.#isSettled && this.#skipped > LOST_BYTES) this.#forget(null);
  }

  #forget(dialect: Dialect | null): void {
    this.#dialect = dialect;
    this.#isSettled = false;
    this.#streak = 0;
    this.#frame = -1;
    this.#shift = 0;
    this.#mask = 0;
    this.#plausibility.reset();
  }

  /** A frame of some dialect, while none is settled. */
  #try(at: number): boolean {
    const dialect = this.#dialectAt(at);
    if (dialect === null) return false;
    if (dialect !== this.#dialect || this.#streak === 0) this.#forget(dialect);
    if (!this.#take(at)) return false;
    this.#streak++;
    if (this.#streak >= (dialect === "checked" ? CHECKED_STREAK : PLAIN_STREAK)) {
      this.#isSettled = true;
      this.counters.dialectsSeen++;
    }
    return true;
  }

  #dialectAt(at: number): Dialect | null {
    const first = this.#buffer[at] as number;
    if (first > MARK && first <= MARK + AXES) return this.#isSound(at) ? "checked" : null;
    if (first < 1 || first > AXES || !this.#isZero(at + 1)) return null;
    const separator = this.#buffer[at + 4] as number;
    if (separator === SPACE) return "space";
    if (separator === ZERO) return "zero";
    return separator === PLUS || separator === MINUS ? "sign" : null;
  }

  #take(at: number): boolean {
    return this.#dialect === "checked" ? this.#takeChecked(at) : this.#takePlain(at);
  }

  #takePlain(at: number): boolean {
    const axis = this.#buffer[at] as number;
    const separator = this.#buffer[at + 4] as number;
    if (!this.#isZero(at + 1) || !this.#separates(separator))
      return this.#reject("rejectedFraming");
    const said = this.#view.getInt32(at + 5, true);
    if (axis === ACKNOWLEDGEMENT_AXIS) return this.#acknowledge(said);
    if (axis < 1 || axis > AXES) return this.#reject("rejectedFraming");
    const value = separator === MINUS && said > 0 ? -said : said;
    if (!this.#isInRange(axis - 1, value)) return this.#reject("rejectedRange");
    const frame = this.#place(axis);
    if (frame < 0) return this.#reject("rejectedOrder");
    const verdict = this.#plausibility.judge(axis - 1, value, floor(frame / AXES));
    if (verdict === REFUSED) return this.#reject("rejectedSpeed");
    this.#frame = frame;
    if (verdict === BELIEVED) this.#keep(axis - 1, value, floor(frame / AXES));
    return true;
  }

  /** Number of the frame that a frame of this axis is now; -1 where it is out of turn. */
  #place(axis: number): number {
    if (this.#frame < 0) return (this.#lastPose + 1) * AXES + axis - 1;
    const due = this.#frame + 1 + round(this.#skipped / FRAME_BYTES);
    const shift = (axis - 1 - (due % AXES) + AXES) % AXES;
    // The first axis begins a pose: to wait for a second frame would lose it too.
    const isKnown = shift === 0 || axis === 1 || shift === this.#shift;
    this.#shift = isKnown ? 0 : shift;
    return isKnown ? due + shift : -1;
  }

  #takeChecked(at: number): boolean {
    const first = this.#buffer[at] as number;
    if (first <= MARK || first > ACKNOWLEDGEMENT_MARK) return this.#reject("rejectedFraming");
    if (!this.#isSound(at)) return this.#reject("rejectedCrc");
    const value = this.#view.getInt32(at + 3, true);
    if (first === ACKNOWLEDGEMENT_MARK) return this.#acknowledge(value);
    const axis = first - MARK - 1;
    const pose = this.#poseOf(this.#view.getUint16(at + 1, true));
    // The checksum is right, so the frame is one, and the next begins behind it.
    if (!this.#isInRange(axis, value)) this.#reject("rejectedRange");
    else if (!this.#plausibility.judgeChecked(axis, value, pose)) this.#reject("rejectedSpeed");
    else this.#keep(axis, value, pose);
    return true;
  }

  /** The controller counts modulo 65 536. */
  #poseOf(said: number): number {
    if (this.#frame < 0) {
      this.#frame = said;
      return said;
    }
    const leap = (said - this.#frame) & 0xffff;
    if (leap > MAX_POSE_LEAP) this.#plausibility.reset();
    this.#frame += leap;
    return this.#frame;
  }

  #keep(axis: number, value: number, pose: number): void {
    if (pose !== this.#pose.number) this.#mask = 0;
    this.#pose.number = pose;
    this.#pose.axes[axis] = value / STEPS_PER_UNIT;
    this.#mask |= 1 << axis;
    if (this.#mask !== COMPLETE || pose === this.#lastPose) return;
    this.counters.poses++;
    const missed = pose - this.#lastPose - 1;
    if (this.#lastPose >= 0 && missed > 0 && missed <= MAX_POSE_LEAP) {
      this.counters.lostPoses += missed;
    }
    this.#lastPose = pose;
    this.#sink?.pose(this.#pose);
  }

  #acknowledge(value: number): boolean {
    const word = fromSelfChecking(value);
    if (word < 0) return this.#reject("rejectedRange");
    this.counters.acknowledgements++;
    this.#sink?.acknowledgement(word & 0xff, word >> 8);
    return true;
  }

  /** Counted where a frame was due; what is seen between two is no frame at all. */
  #reject(
    fault: "rejectedFraming" | "rejectedCrc" | "rejectedRange" | "rejectedOrder" | "rejectedSpeed",
  ): false {
    if (this.#isSettled && this.#skipped % FRAME_BYTES === 0) this.counters[fault]++;
    return false;
  }

  #isZero(at: number): boolean {
    const bytes = this.#buffer;
    return bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 0;
  }

  #isSound(at: number): boolean {
    return this.#view.getUint16(at + 7, true) === crc16(this.#buffer, at, 7);
  }

  #isInRange(axis: number, value: number): boolean {
    return value >= (this.#low[axis] as number) && value <= (this.#high[axis] as number);
  }

  #separates(separator: number): boolean {
    switch (this.#dialect) {
      case "space":
        return separator === SPACE;
      case "zero":
        return separator === ZERO;
      default:
        return separator === PLUS || separator === MINUS;
    }
  }
}
