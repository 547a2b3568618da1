/* SPDX-License-Identifier: MIT */
#include "crc16.h"

/*
 * One byte at a time without a table: a 512-byte table is a quarter of an ATmega328P's RAM, and a frame has 74 bytes at most.
 * The shifts fold the byte into both ends of the register at once; equal to eight rounds of the bitwise definition.
 */
uint16_t crc16_of(const uint8_t *bytes, size_t length)
{
    uint16_t crc = 0xffff;

    for (size_t i = 0; i < length; i++) {
        uint8_t x = (uint8_t)((crc >> 8) ^ bytes[i]);
        x ^= (uint8_t)(x >> 4);
        crc = (uint16_t)((crc << 8) ^ ((uint16_t)x << 12) ^ ((uint16_t)x << 5) ^ x);
    }
    return crc;
}
