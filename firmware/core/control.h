/* SPDX-License-Identifier: MIT */
/*
 * What a device can be told beyond the parameters that every board has: settings of its own (a calibration), and commands to what it
 * drives (a pump). A device type that has any points its sensor's `control` here.
 */
#ifndef FOGWOT_CONTROL_H
#define FOGWOT_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"

struct control {
    /*
     * Carries out a parameter from FRAME_OWN_SETTINGS on. `value` is in thousandths. Called once for each set, however often it is repeated.
     * Returns 0, or FRAME_CODE_UNKNOWN_PARAMETER or FRAME_CODE_OUT_OF_RANGE with nothing changed.
     */
    uint8_t (*set)(void *context, uint32_t now_ms, uint8_t parameter, int32_t value);
    /* Everything at its default, whatever is driven off: at start and at a reset. */
    void (*reset)(void *context);
    /*
     * Does what is due, as switching off at the end of a time; called whenever the board is polled.
     * `*wait_ms` is in how many milliseconds it must be called again at the latest (1 ...), UINT32_MAX = not before it is told something.
     * Returns true when something changed by itself that the querier should hear of.
     */
    bool (*poll)(void *context, uint32_t now_ms, uint32_t *wait_ms);
    void *context;
};

#endif
