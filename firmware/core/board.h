/* SPDX-License-Identifier: MIT */
/*
 * A sensor board: samples at its own pace, answers queries with the last sample, takes sets, pushes above a threshold.
 * No clock, no sockets, no heap: the port hands in the time and the datagrams, and is handed what to send.
 *
 *     board_start(&board, &port, &sensor, 0, now_ms());
 *     for (;;) {
 *         wait for a datagram for at most board_poll(&board, now_ms()) ms;
 *         if (one came) board_receive(&board, now_ms(), &from, bytes, length);
 *     }
 *
 * Time is a free-running count of milliseconds that may start anywhere and wraps at 2^32. Behaviour in words: test/vectors/README.md.
 */
#ifndef FOGWOT_BOARD_H
#define FOGWOT_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "complaints.h"
#include "frame.h"
#include "peer.h"
#include "repeats.h"
#include "sensor.h"
#include "threshold.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BOARD_INTERVAL_DEFAULT_MS 1000u
#define BOARD_INTERVAL_MIN_MS 1000u
#define BOARD_INTERVAL_MAX_MS 3600000u
#define BOARD_THRESHOLD_MIN_MILLI (-40000)
#define BOARD_THRESHOLD_MAX_MILLI 125000
/* How the port sends: best effort, as a radio does; a datagram that can not be sent is lost. */
struct board_port {
    void (*send)(void *context, const struct peer *to, const uint8_t *bytes, uint8_t length);
    void *context;
};

/* Since start or reset; for the port to show. They wrap. */
struct board_counters {
    uint32_t queries;
    uint32_t sets;                    /* carried out; repeats and refused ones not among them */
    uint32_t pushes;                  /* above the threshold, and of what the device changed by itself */
    uint32_t samples;
    uint32_t sensor_faults;
    uint32_t unexpected;              /* sound frames that only boards send */
    uint32_t malformed[FRAME_FAULTS]; /* by fault: [-FRAME_E_TRUNCATED - 1] and so on */
};

struct board {
    const struct board_port *port;
    const struct sensor *sensor;
    uint32_t interval_default_ms;
    uint32_t interval_ms;
    uint32_t started_ms;
    uint32_t next_sample_ms;
    uint32_t read_at_ms; /* last attempt */
    bool has_read;
    uint32_t sample_at_ms;
    bool has_sample;
    bool must_tell; /* the next sample is pushed: the device changed something by itself */
    bool sample_is_ancient; /* over 2^31 ms: its age no longer fits the clock */
    uint8_t value_count;
    struct frame_value values[SENSOR_VALUES_MAX];
    struct threshold threshold;
    struct repeats repeats;
    struct peer querier;
    bool has_querier;
    uint16_t push_sequence;
    struct complaints complaints;
    struct board_counters counters;
};

/*
 * Powers the board up. `port` and `sensor` must outlive it. `interval_ms` is the sampling interval after start and after a reset,
 * 0 = BOARD_INTERVAL_DEFAULT_MS; one outside the range (or faster than the sensor) is brought into it.
 */
void board_start(struct board *board, const struct board_port *port, const struct sensor *sensor, uint32_t interval_ms,
                 uint32_t now_ms);

/* Takes one datagram of any length, sound or not, and answers it if it is to be answered. Never fails, never blocks. */
void board_receive(struct board *board, uint32_t now_ms, const struct peer *from, const uint8_t *bytes, size_t length);

/*
 * Takes a sample if one is due, and pushes it if it is above the threshold. Blocks as long as the sensor's read.
 * Returns in how many milliseconds it wants to be called again (1 ... BOARD_INTERVAL_MAX_MS); earlier calls do no harm.
 */
uint32_t board_poll(struct board *board, uint32_t now_ms);

#ifdef __cplusplus
}
#endif

#endif
