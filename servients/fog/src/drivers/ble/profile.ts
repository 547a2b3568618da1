/**
 * What our sensors say over GATT.
 *
 * Environmental Sensing Service 1.0.1; values: GATT Specification Supplement 3.216 (Temperature,
 * sint16, 0.01 °C) and 3.114 (Humidity, uint16, 0.01 %). The sampling interval has no standard
 * characteristic that can be written.
 */
export const ESS = { service: "181a", temperature: "2a6e", humidity: "2a6f" } as const;

/** u32 ms, little-endian, read and write; writing 0 starts the board over. */
export const VENDOR = {
  service: "f09d0000-1e55-4c0e-9b5a-0f0e57a7b1e0",
  samplingInterval: "f09d0001-1e55-4c0e-9b5a-0f0e57a7b1e0",
} as const;

/** "value is not known" of either characteristic. */
const UNKNOWN_TEMPERATURE = -0x8000;
const UNKNOWN_HUMIDITY = 0xffff;
const ABSOLUTE_ZERO_CENTI = -27_315;

/** A value in its unit, `null` where the sensor does not know it, or undefined: malformed. */
export type EssValue = number | null | undefined;

/** Characteristic → quantity of a reading, and how its value is read. Never throws. */
export const ESS_QUANTITIES: Readonly<
  Record<string, { readonly quantity: string; readonly decode: (value: Uint8Array) => EssValue }>
> = {
  [ESS.temperature]: { quantity: "temperature", decode: decodeTemperature },
  [ESS.humidity]: { quantity: "relativeHumidity", decode: decodeHumidity },
};

/** °C. */
export function decodeTemperature(value: Uint8Array): EssValue {
  if (value.length !== 2) return undefined;
  const centi = viewOf(value).getInt16(0, true);
  if (centi === UNKNOWN_TEMPERATURE) return null;
  return centi < ABSOLUTE_ZERO_CENTI ? undefined : centi / 100;
}

/** Percent. */
export function decodeHumidity(value: Uint8Array): EssValue {
  if (value.length !== 2) return undefined;
  const centi = viewOf(value).getUint16(0, true);
  if (centi === UNKNOWN_HUMIDITY) return null;
  return centi > 10_000 ? undefined : centi / 100;
}

/** @param milli m°C; what does not fit is said to be unknown */
export function encodeTemperature(milli: number): Buffer {
  const centi = Math.round(milli / 10);
  const bytes = Buffer.alloc(2);
  bytes.writeInt16LE(centi >= ABSOLUTE_ZERO_CENTI && centi <= 0x7fff ? centi : UNKNOWN_TEMPERATURE);
  return bytes;
}

/** @param milli thousandths of a percent */
export function encodeHumidity(milli: number): Buffer {
  const centi = Math.round(milli / 10);
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(centi >= 0 && centi <= 10_000 ? centi : UNKNOWN_HUMIDITY);
  return bytes;
}

export function encodeInterval(intervalMs: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(intervalMs);
  return bytes;
}

/** As noble and the wire name it: no hyphens, lower case. */
export function plainUuid(uuid: string): string {
  return uuid.replaceAll("-", "").toLowerCase();
}

function viewOf(value: Uint8Array): DataView {
  return new DataView(value.buffer, value.byteOffset, value.byteLength);
}
