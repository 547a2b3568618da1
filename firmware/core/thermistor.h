/* SPDX-License-Identifier: MIT */
/*
 * The thermistor of a TinkerKit module (T000200) on a 10-bit analogue input: from the converter's count to thousandths of a degree.
 *
 * The module is a divider: thermistor (NTC, 4.7 kOhm at 25 degrees, B = 3950 K) to the supply, 10 kOhm to ground, measured
 * against the supply, so that the supply's voltage does not matter. Reading the converter is the port's part; everything after is here.
 * Source of the constants: TinkerKit library for Arduino, TKThermistor (Rb = 10000, Beta = 3950, 1/Rinf = 120.6685).
 */
#ifndef FOGWOT_THERMISTOR_H
#define FOGWOT_THERMISTOR_H

#include <stdint.h>

#include "frame.h"

#ifdef __cplusplus
extern "C" {
#endif

#define THERMISTOR_COUNT_MAX 1023
/* What the module is specified for. */
#define THERMISTOR_MIN_MILLI (-40000)
#define THERMISTOR_MAX_MILLI 125000
/* It follows the air within seconds; the board asks no faster than this. */
#define THERMISTOR_INTERVAL_MIN_MS 1000u

enum thermistor_fault {
    THERMISTOR_E_OPEN = -1, /* below -40 degrees: no thermistor, or its wire is broken */
    THERMISTOR_E_SHORT = -2 /* above 125 degrees: the input lies on the supply */
};

/* The port's half. */
struct thermistor {
    /* Returns the converter's count, 0 (ground) ... THERMISTOR_COUNT_MAX (supply). Must return within a millisecond. */
    int (*measure)(void *context);
    void *context;
};

/*
 * Count to milli-degrees Celsius, within 0.01 degrees of the B equation.
 * Returns 0, THERMISTOR_E_OPEN or THERMISTOR_E_SHORT; `milli` is untouched on failure.
 */
int thermistor_milli_of_count(int count, int32_t *milli);

/* A sensor_read (sensor.h) on a struct thermistor: temperature. Returns 1 or any of enum thermistor_fault. */
int thermistor_read(void *thermistor, struct frame_value *values);

#ifdef __cplusplus
}
#endif

#endif
