/** CRC-16/CCITT-FALSE of `length` bytes from `at` on; a byte at a time without a table. */
export function crc16(at: usize, length: i32): i32 {
  let crc: u32 = 0xffff;
  for (let i = 0; i < length; i++) {
    let x = (crc >> 8) ^ load<u8>(at + i);
    x ^= x >> 4;
    crc = ((crc << 8) ^ (x << 12) ^ (x << 5) ^ x) & 0xffff;
  }
  return crc as i32;
}
