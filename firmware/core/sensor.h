/* SPDX-License-Identifier: MIT */
/* What a board needs to know of a sensor, whatever it measures. A driver such as dht11.c fills this in. */
#ifndef FOGWOT_SENSOR_H
#define FOGWOT_SENSOR_H

#include <stdint.h>

#include "control.h"
#include "frame.h"

#define SENSOR_VALUES_MAX 4u

struct sensor {
    /*
     * Takes one sample; `values` has room for SENSOR_VALUES_MAX.
     * Returns the number of values written (1 ... SENSOR_VALUES_MAX), or a negative fault of the sensor's own header.
     */
    int (*read)(void *context, struct frame_value *values);
    void *context;
    uint32_t warmup_ms;       /* from power-up to the first read */
    uint32_t interval_min_ms; /* between two reads */
    const struct control *control; /* what else the device can be told; null: nothing */
};

#endif
