/**
 * Board protocol, version 1, little-endian:
 * `magic u8 | version u8 | type u8 | flags u8 | sequence u16 | length u16 | body | crc u16`.
 * The CRC is CRC-16/CCITT-FALSE over everything before it.
 * The text and the vectors that bind both ends: firmware/test/vectors/.
 */
export const MAGIC = 0xf0;
export const VERSION = 1;
export const HEADER_BYTES = 8;
export const CRC_BYTES = 2;

/** `uptimeMs u32 | ageMs u32 | count u8`, then `quantity u8 | value i32` each. */
export const READING_HEADER_BYTES = 9;
export const READING_ENTRY_BYTES = 5;
/** `parameter u8 | value i32`. */
export const SET_BODY_BYTES = 5;
export const ERROR_BODY_BYTES = 1;

/** A reading of 11 values; with it a frame still fits one XBee payload. */
export const MAX_BODY_BYTES = 64;

export const MESSAGE_TYPE = {
  query: 1,
  reading: 2,
  set: 3,
  ack: 4,
  push: 5,
  error: 6,
} as const;

export const QUANTITY_CODE = {
  temperature: 1,
  relativeHumidity: 2,
  soilMoisture: 3,
  battery: 4,
} as const;

export const PARAMETER_CODE = {
  /** Value 0: the board starts over, parameters at their defaults. */
  reset: 0,
  samplingIntervalMs: 1,
  threshold: 2,
} as const;

/** Value of the threshold parameter that switches it off: the least i32. */
export const THRESHOLD_OFF = -0x8000_0000;

/** What a board says instead of an answer (type 6). */
export const ERROR_TEXT: Readonly<Record<number, string>> = {
  1: "the request arrived malformed",
  2: "the board does not know this request",
  3: "the board has no such parameter",
  4: "the value is outside the parameter's range",
  5: "the sensor has no sample yet",
};

/** Sequence numbers are u16. */
export const SEQUENCE_MODULUS = 0x1_0000;
