"use strict";
/**
 * Appends the board protocol's CRC to the bytes given in hex, for whoever writes a new vector by hand:
 *
 *   node firmware/test/seal.js f0 01 01 00 01 00 00 00      → f0010100010000003d9a (or the like)
 *
 * Deliberately not the C implementation: a bit-by-bit CRC straight from the definition (poly 0x1021,
 * init 0xffff, unreflected, no final xor), so that vectors made here are a second opinion on the table-free C one.
 */

/** CRC-16/CCITT-FALSE of `bytes`, 0 … 0xffff. */
function crc16(bytes) {
  let crc = 0xffff;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const carry = ((crc >> 15) ^ (byte >> bit)) & 1;
      crc = ((crc << 1) & 0xffff) ^ (carry ? 0x1021 : 0);
    }
  }
  return crc;
}

module.exports = { crc16 };

if (require.main === module) {
  const hex = process.argv.slice(2).join("").replace(/\s+/g, "");
  if (hex.length === 0 || hex.length % 2 !== 0 || /[^0-9a-f]/i.test(hex)) {
    process.stderr.write("usage: node seal.js <bytes in hex, without the CRC>\n");
    process.exit(2);
  }
  const bytes = Buffer.from(hex, "hex");
  const crc = crc16(bytes);
  const sealed = Buffer.concat([bytes, Buffer.from([crc & 0xff, crc >> 8])]);
  process.stdout.write(`${sealed.toString("hex")}\n`);
}
