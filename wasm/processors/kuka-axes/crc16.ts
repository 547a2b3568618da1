const TABLE = new Uint16Array(256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  TABLE[byte] = crc;
}

/** CRC-16/CCITT-FALSE of `length` bytes from `at` on. */
export function crc16(bytes: Uint8Array, at: number, length: number): number {
  let crc = 0xffff;
  for (let i = at; i < at + length; i++) {
    crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ (bytes[i] as number)] as number);
  }
  return crc;
}
