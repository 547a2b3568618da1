/* SPDX-License-Identifier: MIT */
/*
 * An emulated soil probe with a pump: soil that dries slowly and takes up water while the pump runs, as the count that a probe with
 * the default calibration gives. core/soil-pump.c does the rest, the pump's time included. The battery loses a little while the pump runs.
 * Modelled, not measured: a bucket with one outlet, integers only.
 */
#include "climate.h"
#include "emulation.h"
#include "soil-pump.h"

#define STEP_MS 100u
#define STEPS_MAX 36000u
/* In a step: 0.6 % an hour lost at the mean, 0.5 % a second gained from the pump. */
#define DRYING_MILLIONTH 17
#define WATERING_MILLIONTH 50000
#define NOISE_COUNTS 3
#define BATTERY_FULL_MICROVOLT 4100000
#define BATTERY_EMPTY_MICROVOLT 3350000
#define PUMP_MICROVOLT 5

static struct {
    struct climate random; /* its generator alone */
    uint32_t at_ms;
    int32_t moisture_millionth; /* of a percent: 0 ... 100 000 000 */
    int32_t battery_microvolt;
    bool is_pumping;
    uint32_t faults_left;
    uint32_t (*clock)(void);
    struct soil_pump_port port;
    struct soil_pump soil_pump;
} self;

static void step(void)
{
    self.moisture_millionth += self.is_pumping ? WATERING_MILLIONTH : -DRYING_MILLIONTH;
    if (self.moisture_millionth > 100000000) {
        self.moisture_millionth = 100000000; /* the rest runs off */
    }
    if (self.moisture_millionth < 0) {
        self.moisture_millionth = 0;
    }
    self.battery_microvolt -= self.is_pumping ? PUMP_MICROVOLT : 0;
    if (self.battery_microvolt < BATTERY_EMPTY_MICROVOLT) {
        self.battery_microvolt = BATTERY_FULL_MICROVOLT; /* somebody changed it */
    }
}

static void advance(void)
{
    uint32_t steps = (self.clock() - self.at_ms) / STEP_MS;

    self.at_ms += steps * STEP_MS;
    for (uint32_t i = 0; i < steps && i < STEPS_MAX; i++) {
        step();
    }
}

static int measure_probe(void *context)
{
    (void)context;
    advance();
    if (self.faults_left > 0) { /* a loose plug */
        if (self.faults_left != UINT32_MAX) {
            self.faults_left--;
        }
        return SOIL_COUNT_MAX;
    }
    int32_t span = SOIL_DRY_DEFAULT - SOIL_WET_DEFAULT;
    int32_t count = SOIL_DRY_DEFAULT - (int32_t)((int64_t)self.moisture_millionth * span / 100000000);
    return (int)(count + climate_random_between(&self.random, -NOISE_COUNTS, NOISE_COUNTS));
}

static int measure_millivolt(void *context)
{
    (void)context;
    return (int)(self.battery_microvolt / 1000);
}

static void drive(void *context, bool is_on)
{
    (void)context;
    advance(); /* until now with the pump as it was */
    self.is_pumping = is_on;
}

static void start(const struct emulation_options *options, uint32_t (*clock)(void), struct sensor *sensor)
{
    self.random.random = options->seed;
    self.clock = clock;
    self.at_ms = clock();
    self.moisture_millionth = climate_random_between(&self.random, 25000000, 55000000);
    self.battery_microvolt = climate_random_between(&self.random, 3700000, BATTERY_FULL_MICROVOLT);
    self.faults_left = options->sensor_faults;
    self.port.measure_probe = measure_probe;
    self.port.measure_millivolt = measure_millivolt;
    self.port.drive = drive;
    self.port.clock = clock;
    soil_pump_start(&self.soil_pump, &self.port, sensor);
}

const struct emulation emulation_soil_pump = {.type = "soil-pump", .start = start};
