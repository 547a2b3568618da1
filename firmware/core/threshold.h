/* SPDX-License-Identifier: MIT */
/* Tells once when a value rises above a limit, with hysteresis. Pure state, no time. */
#ifndef FOGWOT_THRESHOLD_H
#define FOGWOT_THRESHOLD_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define THRESHOLD_OFF INT32_MIN
/* 1 degree: one step of a DHT11, so that a value between two steps does not ring the bell at each flip. */
#define THRESHOLD_HYSTERESIS_MILLI 1000

struct threshold {
    int32_t limit_milli; /* or THRESHOLD_OFF */
    bool armed;
};

/* Sets the limit. A changed limit is armed; the same again changes nothing, so that a repeated set tells nothing twice. */
void threshold_set(struct threshold *threshold, int32_t limit_milli);

/*
 * True when `value_milli` is above the limit and the threshold is armed. At or below limit - hysteresis it is armed again.
 * It stays armed until threshold_told: what could not be sent is not lost.
 */
bool threshold_exceeded(struct threshold *threshold, int32_t value_milli);

/* Disarms: somebody has been told. */
void threshold_told(struct threshold *threshold);

#ifdef __cplusplus
}
#endif

#endif
