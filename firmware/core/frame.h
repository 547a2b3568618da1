/* SPDX-License-Identifier: MIT */
/*
 * Frames of the board protocol: bytes to fields and back. Pure functions, no state.
 *
 * magic u8 0xf0 | version u8 1 | type u8 | flags u8 0 | sequence u16 | length u16 | body | crc u16, little-endian.
 * What each field means, and every way a frame can be wrong: test/vectors/README.md.
 */
#ifndef FOGWOT_FRAME_H
#define FOGWOT_FRAME_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FRAME_MAGIC 0xf0u
#define FRAME_VERSION 1u
#define FRAME_HEADER_BYTES 8u
#define FRAME_CRC_BYTES 2u
#define FRAME_MIN_BYTES (FRAME_HEADER_BYTES + FRAME_CRC_BYTES)
/* A whole frame then has 74 bytes and fits the 84-byte payload of an XBee. */
#define FRAME_BODY_MAX_BYTES 64u
#define FRAME_MAX_BYTES (FRAME_MIN_BYTES + FRAME_BODY_MAX_BYTES)
#define FRAME_VALUES_MAX 11u

enum frame_type {
    FRAME_QUERY = 1,
    FRAME_READING = 2,
    FRAME_SET = 3,
    FRAME_ACK = 4,
    FRAME_PUSH = 5,
    FRAME_ERROR = 6
};

enum frame_quantity {
    FRAME_TEMPERATURE = 1,   /* milli-degrees Celsius */
    FRAME_HUMIDITY = 2,      /* milli-percent relative humidity */
    FRAME_SOIL_MOISTURE = 3, /* milli-percent */
    FRAME_BATTERY = 4,       /* milli-percent */
    FRAME_OWN_QUANTITIES = 16 /* from here on: what the device type says it is */
};

enum frame_parameter {
    FRAME_RESET = 0,            /* value 0 */
    FRAME_SAMPLING_INTERVAL = 1, /* milliseconds */
    FRAME_THRESHOLD = 2,        /* milli-degrees Celsius, FRAME_THRESHOLD_OFF = none */
    FRAME_OWN_SETTINGS = 16,    /* from here on: settings of the device type, which the driver sets again after a restart */
    FRAME_OWN_COMMANDS = 128    /* from here on: its commands, carried out once and never set again */
};

#define FRAME_THRESHOLD_OFF INT32_MIN

/* The body of an error frame. */
enum frame_error_code {
    FRAME_CODE_MALFORMED = 1,
    FRAME_CODE_UNKNOWN_TYPE = 2,
    FRAME_CODE_UNKNOWN_PARAMETER = 3,
    FRAME_CODE_OUT_OF_RANGE = 4,
    FRAME_CODE_SENSOR_FAULT = 5
};

/* What frame_decode and frame_encode return below zero; decode reports the first check that fails, in this order. */
enum frame_fault {
    FRAME_E_TRUNCATED = -1,       /* fewer bytes than the smallest frame, or than 10 + length */
    FRAME_E_BAD_MAGIC = -2,       /* does not begin with 0xf0 */
    FRAME_E_BAD_VERSION = -3,     /* another version than 1 */
    FRAME_E_OVERSIZE = -4,        /* states a body of more than 64 bytes */
    FRAME_E_LENGTH_MISMATCH = -5, /* more bytes than 10 + length */
    FRAME_E_BAD_CRC = -6,         /* checksum differs */
    FRAME_E_BAD_FLAGS = -7,       /* reserved flags are set */
    FRAME_E_UNKNOWN_TYPE = -8,    /* type outside 1 ... 6 */
    FRAME_E_BAD_BODY = -9,        /* body does not fit its type */
    FRAME_E_NO_ROOM = -10         /* encode only: the frame is longer than the buffer */
};

#define FRAME_FAULTS 10u

struct frame_value {
    uint8_t quantity; /* enum frame_quantity; others are kept as they came */
    int32_t milli;    /* thousandths of the quantity's unit */
};

struct frame_reading {
    uint32_t uptime_ms; /* since start or reset of the board, wraps */
    uint32_t age_ms;    /* of the sample; UINT32_MAX = 24.8 days or more */
    uint8_t count;      /* 1 ... FRAME_VALUES_MAX */
    struct frame_value values[FRAME_VALUES_MAX];
};

struct frame_set {
    uint8_t parameter; /* enum frame_parameter */
    int32_t value;
};

struct frame {
    uint8_t type; /* enum frame_type */
    uint16_t sequence;
    union {
        struct frame_reading reading; /* FRAME_READING, FRAME_PUSH */
        struct frame_set set;         /* FRAME_SET */
        uint8_t code;                 /* FRAME_ERROR */
    } body;
};

/*
 * Reads one datagram of `length` bytes into `frame`.
 * Returns 0, or FRAME_E_TRUNCATED ... FRAME_E_BAD_BODY. After FRAME_E_BAD_FLAGS, FRAME_E_UNKNOWN_TYPE and
 * FRAME_E_BAD_BODY the checksum has held, and `frame->type` and `frame->sequence` are what the datagram says; after any other
 * failure `frame` is untouched.
 */
int frame_decode(struct frame *frame, const uint8_t *bytes, size_t length);

/*
 * Writes `frame` to `bytes`; FRAME_MAX_BYTES of room are always enough.
 * Returns the number of bytes written (10 ... 74), or
 *   FRAME_E_UNKNOWN_TYPE  type outside 1 ... 6
 *   FRAME_E_BAD_BODY      a reading without values or with more than FRAME_VALUES_MAX
 *   FRAME_E_NO_ROOM       `capacity` is too small
 * On failure nothing is written.
 */
int frame_encode(const struct frame *frame, uint8_t *bytes, size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
