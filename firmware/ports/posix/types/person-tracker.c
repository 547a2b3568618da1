/* SPDX-License-Identifier: MIT */
/*
 * An emulated person tracker: somebody comes into the cell, walks up to the robot, stands there, and leaves; then the cell is empty for a
 * while, and it begins again. Where across the cell, and the camera's noise, are drawn from the seed. Integers only.
 */
#include "climate.h"
#include "emulation.h"
#include "person-tracker.h"

#define AWAY_MS 10000u
#define WALK_MS 10000u
#define STAND_MS 5000u
#define ROUND_MS (AWAY_MS + WALK_MS + STAND_MS + WALK_MS)
/* 1.15 m/s, along x. */
#define FAR_MM 14000
#define NEAR_MM 2500
#define NOISE_MM 8

static struct {
    struct climate random; /* its generator alone */
    uint32_t started_ms;
    int32_t across_mm;
    uint32_t faults_left;
    uint32_t (*clock)(void);
    struct person_tracker_port port;
    struct person_tracker tracker;
} self;

/* How far in the person is at a time of the round: 0 ... WALK_MS. */
static uint32_t walked_ms(uint32_t at_ms)
{
    if (at_ms < WALK_MS) {
        return at_ms;
    }
    return at_ms < WALK_MS + STAND_MS ? WALK_MS : ROUND_MS - AWAY_MS - at_ms;
}

static enum person_sight look(void *context, struct person_position *at)
{
    (void)context;
    if (self.faults_left > 0) { /* something hangs before the lens */
        if (self.faults_left != UINT32_MAX) {
            self.faults_left--;
        }
        return PERSON_E_CAMERA;
    }
    uint32_t round_ms = (self.clock() - self.started_ms) % ROUND_MS;
    if (round_ms < AWAY_MS) {
        return PERSON_NOBODY;
    }
    int32_t way_mm = (int32_t)((uint32_t)(FAR_MM - NEAR_MM) * walked_ms(round_ms - AWAY_MS) / WALK_MS);
    at->x_mm = FAR_MM - way_mm + climate_random_between(&self.random, -NOISE_MM, NOISE_MM);
    at->y_mm = self.across_mm + climate_random_between(&self.random, -NOISE_MM, NOISE_MM);
    return PERSON_SEEN;
}

static void start(const struct emulation_options *options, uint32_t (*clock)(void), struct sensor *sensor)
{
    self.random.random = options->seed;
    self.clock = clock;
    self.started_ms = clock();
    self.across_mm = climate_random_between(&self.random, -1500, 1500);
    self.faults_left = options->sensor_faults;
    self.port.look = look;
    self.port.clock = clock;
    person_tracker_start(&self.tracker, &self.port, sensor);
}

const struct emulation emulation_person_tracker = {.type = "person-tracker", .start = start};
