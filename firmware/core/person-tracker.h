/* SPDX-License-Identifier: MIT */
/*
 * A person tracker, as a time-of-flight camera that looks down on a robot's cell: where the nearest person stands, and how fast this
 * one walks. Finding a person in the camera's picture is the port's part. Ten times a second the board says by itself what it sees,
 * to whoever asked last: somebody who decides by it must hear soon that it has gone silent.
 */
#ifndef FOGWOT_PERSON_TRACKER_H
#define FOGWOT_PERSON_TRACKER_H

#include <stdbool.h>
#include <stdint.h>

#include "sensor.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PERSON_FRAME_MS 100u
#define PERSON_INTERVAL_MIN_MS 20u
/* Both coordinates are this where nobody is in view. */
#define PERSON_RANGE_MM 30000
/* Nobody runs faster, 10 m/s: a person who did would be another one. */
#define PERSON_SPEED_MAX_MM_S 10000
/* Two sights further apart say nothing about a speed. */
#define PERSON_SIGHT_MAX_MS 1000u

enum person_tracker_quantity {
    PERSON_X = 16, /* thousandths of a millimetre, in the cell's frame */
    PERSON_Y = 17,
    PERSON_VELOCITY_X = 18, /* thousandths of a metre a second */
    PERSON_VELOCITY_Y = 19
};

enum person_sight {
    PERSON_NOBODY = 0,
    PERSON_SEEN = 1,
    PERSON_E_CAMERA = -1 /* the camera gives no picture */
};

struct person_position {
    int32_t x_mm;
    int32_t y_mm;
};

/* The port's half; each call must return within a few milliseconds. */
struct person_tracker_port {
    enum person_sight (*look)(void *context, struct person_position *at);
    uint32_t (*clock)(void);
    void *context;
};

struct person_tracker {
    const struct person_tracker_port *port;
    bool was_seen;
    uint32_t seen_at_ms;
    struct person_position last;
    int32_t velocity_x_mm_s;
    int32_t velocity_y_mm_s;
    uint32_t next_frame_ms;
    struct control control;
};

/* Prepares `self` and fills in `sensor`. Both, and `port`, must outlive the board. */
void person_tracker_start(struct person_tracker *self, const struct person_tracker_port *port, struct sensor *sensor);

#ifdef __cplusplus
}
#endif

#endif
