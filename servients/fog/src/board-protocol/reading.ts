import type { Reading } from "../drivers/driver";
import { QUANTITY_CODE } from "./constants";
import type { ReadingBody } from "./parser";

const QUANTITY_NAME = new Map<number, string>(
  Object.entries(QUANTITY_CODE).map(([name, code]) => [code, name]),
);

/** Thousandths → the quantity's unit; the board's age → wall-clock time. */
export function toReading({ values, ageMs }: ReadingBody, nowMs: number): Reading {
  return {
    values: Object.fromEntries(
      values.map(({ quantity, milli }) => [
        QUANTITY_NAME.get(quantity) ?? String(quantity),
        milli / 1_000,
      ]),
    ),
    timestampMs: nowMs - ageMs,
    ageMs,
  };
}
