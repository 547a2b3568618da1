import type { Step } from "./engine";

export type { Step } from "./engine";

/** Random in [0, 1). */
export type Draw = () => number;

/** `test/traffic.ts` of a processor: what it may be sent, good and bad. @param rounds how much of it */
export type Traffic = (draw: Draw, rounds: number) => Step[];

export function pick<T>(from: readonly T[], draw: Draw): T {
  return from[Math.floor(draw() * from.length)] as T;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** `f64` each, little-endian. */
export function floats(...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, i) => {
    view.setFloat64(8 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

export function integers(...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    view.setInt32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

const ODD = [Number.NaN, Number.POSITIVE_INFINITY, -1e300, 1e101, -0, 0, 5e-324];

/** Mostly what a sensor says; now and then what none should. */
export function oddNow(value: number, draw: Draw): number {
  return draw() < 0.02 ? pick(ODD, draw) : value;
}

/** Batches of `timeMs f64 | value f64`, of a value that wanders. @param port of samples */
export function sampleSteps(draw: Draw, batches: number, port = 0): Step[] {
  let timeMs = 1e12 * draw();
  let value = 100 * draw();
  return Array.from({ length: batches }, () => {
    const count = Math.floor(draw() * 12);
    const samples = Array.from({ length: count }, () => {
      timeMs += draw() < 0.01 ? -5_000 : 4_000 * draw();
      value += draw() < 0.05 ? 40 * (draw() - 0.5) : draw() - 0.5;
      if (draw() < 0.1) value = Math.round(value);
      return floats(oddNow(timeMs, draw), oddNow(value, draw));
    });
    const bytes = concat(samples);
    return { op: "process", port, bytes: draw() < 0.02 ? bytes.subarray(1) : bytes };
  });
}
