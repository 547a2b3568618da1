/* SPDX-License-Identifier: MIT */
/*
 * Finds frames in a stream of bytes, for lines that do not keep datagrams apart (the serial side of a WiFly module).
 * Noise is skipped; after a frame with a bad checksum the search goes on one byte further, so that a frame behind a false
 * start is not lost. Holds FRAME_MAX_BYTES at most.
 */
#ifndef FOGWOT_STREAM_H
#define FOGWOT_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "frame.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A frame's bytes come within 7 ms at 115200 baud, 77 ms at 9600; a longer pause means the rest was lost. */
#define STREAM_PAUSE_MS 100u

struct stream {
    uint8_t bytes[FRAME_MAX_BYTES];
    uint8_t length;
    uint8_t taken;       /* length of the frame handed out last, still at the front */
    uint32_t last_at_ms;
    uint32_t skipped;    /* bytes that belonged to no frame; wraps */
};

/* Starts empty. */
void stream_start(struct stream *stream);

/*
 * Adds one byte that came at `now_ms`.
 * Returns the length of a frame with a right checksum, whose bytes begin at stream->bytes and stay there until the next call; or 0 if
 * there is none yet. Call stream_next after each frame: a false start may have held back more than one.
 */
size_t stream_push(struct stream *stream, uint32_t now_ms, uint8_t byte);

/* The next frame among the bytes already here, as stream_push. */
size_t stream_next(struct stream *stream);

/*
 * Called now and then while no byte comes: after STREAM_PAUSE_MS of silence it gives up the frame that was begun and looks for a
 * whole one behind that false start. Returns as stream_push.
 */
size_t stream_idle(struct stream *stream, uint32_t now_ms);

#ifdef __cplusplus
}
#endif

#endif
