/* SPDX-License-Identifier: MIT */
/* A board on a bench: a clock the test turns, a sensor it scripts, and what the board sent. */
#ifndef FOGWOT_TEST_FIXTURE_H
#define FOGWOT_TEST_FIXTURE_H

#include "board.h"
#include "test.h"

#define FIXTURE_SENT_MAX 32u

struct fixture {
    struct board board;
    struct board_port port;
    struct sensor sensor;
    uint32_t now_ms;
    int32_t temperature_milli; /* what the sensor will say */
    int sensor_result;         /* 0 = a sample, below = this fault */
    unsigned reads;
    uint32_t last_read_ms;
    uint32_t shortest_pause_ms; /* between two reads */
    unsigned sent;
    struct frame frames[FIXTURE_SENT_MAX]; /* what was sent, decoded */
    struct peer to[FIXTURE_SENT_MAX];
};

extern const struct peer fixture_driver, fixture_other;

/* A board started at `now_ms` with a DHT11-like sensor at 21 degrees that needs `warmup_ms`. Not polled yet. */
void fixture_start(struct fixture *fixture, uint32_t now_ms, uint32_t warmup_ms);

/* Turns the clock on by `ms`, polling the board whenever it asked to be, as a port does. */
void fixture_pass(struct fixture *fixture, uint32_t ms);

/* Each sends one frame to the board, and returns the board's one answer; type 0 if there was none, or several. */
struct frame fixture_query(struct fixture *fixture, const struct peer *from, uint16_t sequence);
struct frame fixture_set(struct fixture *fixture, const struct peer *from, uint16_t sequence, uint8_t parameter, int32_t value);
struct frame fixture_datagram(struct fixture *fixture, const struct peer *from, const uint8_t *bytes, size_t length);

/* Forgets what was sent until now. */
void fixture_clear(struct fixture *fixture);

#endif
