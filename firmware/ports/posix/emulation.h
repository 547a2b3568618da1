/* SPDX-License-Identifier: MIT */
/*
 * What makes an emulated device of a type: one file in types/, found by its name (see the Makefile), no list to edit.
 * types/<name>.c defines `const struct emulation emulation_<name with _ for ->`.
 */
#ifndef FOGWOT_POSIX_EMULATION_H
#define FOGWOT_POSIX_EMULATION_H

#include <stdint.h>

#include "sensor.h"

struct emulation_options {
    uint64_t seed;          /* same seed and same times of reading: same samples */
    uint32_t sensor_faults; /* the first reads that fail, UINT32_MAX = all */
};

struct emulation {
    const char *type; /* as in --type */
    /*
     * Prepares the type's one sensor at `now_ms`; the port asks for a sample later through `sensor`. `clock` tells the
     * milliseconds on, as board.h.
     */
    void (*start)(const struct emulation_options *options, uint32_t (*clock)(void), struct sensor *sensor);
};

/* All types, ended by a null pointer; build/posix/types.c is made from the names in types/. */
extern const struct emulation *const emulation_types[];

#endif
