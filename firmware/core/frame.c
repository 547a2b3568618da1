/* SPDX-License-Identifier: MIT */
#include "frame.h"

#include "crc16.h"

#define READING_HEAD_BYTES 9u
#define VALUE_BYTES 5u
#define SET_BYTES 5u
#define ERROR_BYTES 1u

static uint16_t get_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | ((uint16_t)at[1] << 8));
}

static uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | ((uint32_t)at[1] << 8) | ((uint32_t)at[2] << 16) | ((uint32_t)at[3] << 24);
}

/* Two's complement without a conversion that C99 leaves to the implementation. */
static int32_t get_i32(const uint8_t *at)
{
    uint32_t bits = get_u32(at);

    return bits <= (uint32_t)INT32_MAX ? (int32_t)bits : -(int32_t)(UINT32_MAX - bits) - 1;
}

static void put_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static void put_u32(uint8_t *at, uint32_t value)
{
    put_u16(at, (uint16_t)value);
    put_u16(at + 2, (uint16_t)(value >> 16));
}

static int decode_reading(struct frame_reading *reading, const uint8_t *body, size_t length)
{
    if (length < READING_HEAD_BYTES + VALUE_BYTES || (length - READING_HEAD_BYTES) / VALUE_BYTES != body[8] ||
        (length - READING_HEAD_BYTES) % VALUE_BYTES != 0) {
        return FRAME_E_BAD_BODY;
    }
    reading->uptime_ms = get_u32(body);
    reading->age_ms = get_u32(body + 4);
    reading->count = body[8];
    for (uint8_t i = 0; i < reading->count; i++) {
        const uint8_t *at = body + READING_HEAD_BYTES + (size_t)i * VALUE_BYTES;
        reading->values[i].quantity = at[0];
        reading->values[i].milli = get_i32(at + 1);
    }
    return 0;
}

static int decode_body(struct frame *frame, const uint8_t *body, size_t length)
{
    switch (frame->type) {
    case FRAME_QUERY:
    case FRAME_ACK:
        return length == 0 ? 0 : FRAME_E_BAD_BODY;
    case FRAME_READING:
    case FRAME_PUSH:
        return decode_reading(&frame->body.reading, body, length);
    case FRAME_SET:
        if (length != SET_BYTES) {
            return FRAME_E_BAD_BODY;
        }
        frame->body.set.parameter = body[0];
        frame->body.set.value = get_i32(body + 1);
        return 0;
    case FRAME_ERROR:
        if (length != ERROR_BYTES) {
            return FRAME_E_BAD_BODY;
        }
        frame->body.code = body[0];
        return 0;
    default:
        return FRAME_E_UNKNOWN_TYPE;
    }
}

int frame_decode(struct frame *frame, const uint8_t *bytes, size_t length)
{
    if (length < FRAME_MIN_BYTES) {
        return FRAME_E_TRUNCATED;
    }
    if (bytes[0] != FRAME_MAGIC) {
        return FRAME_E_BAD_MAGIC;
    }
    if (bytes[1] != FRAME_VERSION) {
        return FRAME_E_BAD_VERSION;
    }
    uint16_t body_length = get_u16(bytes + 6);
    if (body_length > FRAME_BODY_MAX_BYTES) {
        return FRAME_E_OVERSIZE;
    }
    size_t sealed = FRAME_HEADER_BYTES + (size_t)body_length;
    if (length < sealed + FRAME_CRC_BYTES) {
        return FRAME_E_TRUNCATED;
    }
    if (length > sealed + FRAME_CRC_BYTES) {
        return FRAME_E_LENGTH_MISMATCH;
    }
    if (get_u16(bytes + sealed) != crc16_of(bytes, sealed)) {
        return FRAME_E_BAD_CRC;
    }
    frame->type = bytes[2];
    frame->sequence = get_u16(bytes + 4);
    if (bytes[3] != 0) {
        return FRAME_E_BAD_FLAGS;
    }
    return decode_body(frame, bytes + FRAME_HEADER_BYTES, body_length);
}

/* Length of the body, or a negative frame_fault. */
static int body_length_of(const struct frame *frame)
{
    uint8_t count;

    switch (frame->type) {
    case FRAME_QUERY:
    case FRAME_ACK:
        return 0;
    case FRAME_READING:
    case FRAME_PUSH:
        count = frame->body.reading.count;
        if (count == 0 || count > FRAME_VALUES_MAX) {
            return FRAME_E_BAD_BODY;
        }
        return (int)(READING_HEAD_BYTES + VALUE_BYTES * count);
    case FRAME_SET:
        return (int)SET_BYTES;
    case FRAME_ERROR:
        return (int)ERROR_BYTES;
    default:
        return FRAME_E_UNKNOWN_TYPE;
    }
}

static void encode_body(const struct frame *frame, uint8_t *body)
{
    const struct frame_reading *reading = &frame->body.reading;

    switch (frame->type) {
    case FRAME_READING:
    case FRAME_PUSH:
        put_u32(body, reading->uptime_ms);
        put_u32(body + 4, reading->age_ms);
        body[8] = reading->count;
        for (uint8_t i = 0; i < reading->count; i++) {
            uint8_t *at = body + READING_HEAD_BYTES + (size_t)i * VALUE_BYTES;
            at[0] = reading->values[i].quantity;
            put_u32(at + 1, (uint32_t)reading->values[i].milli);
        }
        break;
    case FRAME_SET:
        body[0] = frame->body.set.parameter;
        put_u32(body + 1, (uint32_t)frame->body.set.value);
        break;
    case FRAME_ERROR:
        body[0] = frame->body.code;
        break;
    default:
        break; /* query and ack have no body */
    }
}

int frame_encode(const struct frame *frame, uint8_t *bytes, size_t capacity)
{
    int body_length = body_length_of(frame);

    if (body_length < 0) {
        return body_length;
    }
    size_t sealed = FRAME_HEADER_BYTES + (size_t)body_length;
    if (capacity < sealed + FRAME_CRC_BYTES) {
        return FRAME_E_NO_ROOM;
    }
    bytes[0] = FRAME_MAGIC;
    bytes[1] = FRAME_VERSION;
    bytes[2] = frame->type;
    bytes[3] = 0;
    put_u16(bytes + 4, frame->sequence);
    put_u16(bytes + 6, (uint16_t)body_length);
    encode_body(frame, bytes + FRAME_HEADER_BYTES);
    put_u16(bytes + sealed, crc16_of(bytes, sealed));
    return (int)(sealed + FRAME_CRC_BYTES);
}
