/* SPDX-License-Identifier: MIT */
/*
 * An emulated thermistor module: the modelled air, as the 10-bit count that the module's divider gives at that temperature.
 * core/thermistor.c converts it back as it does a soldered one's, so that the steps of the converter show.
 */
#include "climate.h"
#include "emulation.h"
#include "thermistor.h"

static struct {
    struct climate air;
    uint32_t faults_left;
    uint32_t (*clock)(void);
    struct thermistor thermistor;
} self;

/* The highest count that is not above the air's temperature, by bisection. */
static int count_of_milli(int32_t wanted_milli)
{
    int low = 0, high = THERMISTOR_COUNT_MAX;

    while (high - low > 1) {
        int middle = (low + high) / 2;
        int32_t milli = 0;
        int fault = thermistor_milli_of_count(middle, &milli);
        if (fault == THERMISTOR_E_SHORT || (fault == 0 && milli > wanted_milli)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return low;
}

static int measure(void *context)
{
    (void)context;
    climate_advance(&self.air, self.clock());
    if (self.faults_left > 0) { /* a loose plug: the divider pulls the input to ground */
        if (self.faults_left != UINT32_MAX) {
            self.faults_left--;
        }
        return 0;
    }
    return count_of_milli(self.air.temperature_milli);
}

static void start(const struct emulation_options *options, uint32_t (*clock)(void), struct sensor *sensor)
{
    climate_start(&self.air, options->seed, clock());
    self.faults_left = options->sensor_faults;
    self.clock = clock;
    self.thermistor.measure = measure;
    self.thermistor.context = NULL;
    sensor->read = thermistor_read;
    sensor->context = &self.thermistor;
    sensor->warmup_ms = 0;
    sensor->interval_min_ms = THERMISTOR_INTERVAL_MIN_MS;
}

const struct emulation emulation_climate_thermistor = {.type = "climate-thermistor", .start = start};
