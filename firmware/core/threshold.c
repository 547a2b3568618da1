/* SPDX-License-Identifier: MIT */
#include "threshold.h"

void threshold_set(struct threshold *threshold, int32_t limit_milli)
{
    if (threshold->limit_milli != limit_milli) {
        threshold->limit_milli = limit_milli;
        threshold->armed = true;
    }
}

bool threshold_exceeded(struct threshold *threshold, int32_t value_milli)
{
    if (threshold->limit_milli == THRESHOLD_OFF) {
        return false;
    }
    /* limit - hysteresis would overflow near INT32_MIN; 64 bits cost an AVR some cycles once a second. */
    if ((int64_t)value_milli + THRESHOLD_HYSTERESIS_MILLI <= threshold->limit_milli) {
        threshold->armed = true;
    }
    return threshold->armed && value_milli > threshold->limit_milli;
}

void threshold_told(struct threshold *threshold)
{
    threshold->armed = false;
}
