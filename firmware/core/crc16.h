/* SPDX-License-Identifier: MIT */
/* CRC-16/CCITT-FALSE: polynomial 0x1021, initial value 0xffff, unreflected, no final xor. */
#ifndef FOGWOT_CRC16_H
#define FOGWOT_CRC16_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Checksum of `length` bytes. The check value of "123456789" is 0x29b1, that of no bytes 0xffff. Never fails. */
uint16_t crc16_of(const uint8_t *bytes, size_t length);

#ifdef __cplusplus
}
#endif

#endif
