/* SPDX-License-Identifier: MIT */
#include "stream.h"

#include <stdbool.h>
#include <string.h>

#include "crc16.h"

static void drop(struct stream *stream, uint8_t count)
{
    stream->length = (uint8_t)(stream->length - count);
    memmove(stream->bytes, stream->bytes + count, stream->length);
}

/* What the first bytes are: a frame's whole length, 0 = may become one, -1 = no frame starts here. */
static int frame_at_front(const struct stream *stream)
{
    const uint8_t *at = stream->bytes;

    if (stream->length >= 1 && at[0] != FRAME_MAGIC) {
        return -1;
    }
    if (stream->length >= 2 && at[1] != FRAME_VERSION) {
        return -1;
    }
    if (stream->length >= FRAME_HEADER_BYTES && (at[7] != 0 || at[6] > FRAME_BODY_MAX_BYTES)) {
        return -1;
    }
    if (stream->length < FRAME_MIN_BYTES || stream->length < FRAME_MIN_BYTES + at[6]) {
        return 0;
    }
    uint8_t sealed = (uint8_t)(FRAME_HEADER_BYTES + at[6]);
    uint16_t crc = (uint16_t)(at[sealed] | ((uint16_t)at[sealed + 1] << 8));
    return crc == crc16_of(at, sealed) ? (int)(sealed + FRAME_CRC_BYTES) : -1;
}

void stream_start(struct stream *stream)
{
    memset(stream, 0, sizeof *stream);
}

size_t stream_next(struct stream *stream)
{
    drop(stream, stream->taken);
    stream->taken = 0;
    while (stream->length > 0) {
        int found = frame_at_front(stream);
        if (found > 0) {
            stream->taken = (uint8_t)found;
            return (size_t)found;
        }
        if (found == 0) {
            break;
        }
        drop(stream, 1);
        stream->skipped++;
    }
    return 0;
}

static bool has_paused(const struct stream *stream, uint32_t now_ms)
{
    return now_ms - stream->last_at_ms > STREAM_PAUSE_MS;
}

size_t stream_idle(struct stream *stream, uint32_t now_ms)
{
    drop(stream, stream->taken);
    stream->taken = 0;
    if (stream->length == 0 || !has_paused(stream, now_ms)) {
        return 0;
    }
    drop(stream, 1);
    stream->skipped++;
    return stream_next(stream);
}

size_t stream_push(struct stream *stream, uint32_t now_ms, uint8_t byte)
{
    drop(stream, stream->taken);
    stream->taken = 0;
    if (has_paused(stream, now_ms)) { /* the rest of what is here was lost, and what came whole is too old to answer */
        stream->skipped += stream->length;
        stream->length = 0;
    }
    stream->last_at_ms = now_ms;
    stream->bytes[stream->length] = byte; /* there is room: a full buffer is a frame or no start of one */
    stream->length++;
    return stream_next(stream);
}
