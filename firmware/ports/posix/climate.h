/* SPDX-License-Identifier: MIT */
/*
 * The air around an emulated sensor: temperature and humidity that wander slowly about a mean drawn from the seed.
 * Modelled, not measured: each second both take a small uniform step and drift back to their mean (an AR(1) walk), and humidity
 * falls as temperature rises, as it does in a closed room. Integers only, so that a seed gives the same air on every machine.
 */
#ifndef FOGWOT_POSIX_CLIMATE_H
#define FOGWOT_POSIX_CLIMATE_H

#include <stdint.h>

/* The range of a DHT11, 0 ... 50 degrees and 20 ... 90 percent. */
#define CLIMATE_TEMPERATURE_MIN_MILLI 0
#define CLIMATE_TEMPERATURE_MAX_MILLI 50000
#define CLIMATE_HUMIDITY_MIN_MILLI 20000
#define CLIMATE_HUMIDITY_MAX_MILLI 90000

struct climate {
    uint64_t random;                /* state of the generator */
    uint32_t at_ms;                 /* how far the walk has come */
    int32_t temperature_mean_milli; /* 19 ... 25 degrees by seed */
    int32_t humidity_mean_milli;    /* 35 ... 60 percent by seed */
    int32_t temperature_milli;
    int32_t humidity_milli;
};

/* The next number of the seeded generator (splitmix64), uniform over 64 bits. */
uint64_t climate_random(struct climate *climate);

/* A uniform number from `low` to `high`, both included. */
int32_t climate_random_between(struct climate *climate, int32_t low, int32_t high);

/* Draws the means from `seed` and begins at them. */
void climate_start(struct climate *climate, uint64_t seed, uint32_t now_ms);

/* Walks on to `now_ms`, at most an hour's steps at once: after a longer sleep of the machine the air has been still. */
void climate_advance(struct climate *climate, uint32_t now_ms);

#endif
