/* SPDX-License-Identifier: MIT */
#include "climate.h"

#define STEP_MS 1000u
#define STEPS_MAX 3600u
/* Uniform steps of +-120 m°C with a pull of 1/600 wander with a standard deviation of about 1.2 °C. */
#define TEMPERATURE_STEP_MILLI 120
#define HUMIDITY_STEP_MILLI 250
#define PULL 600
/* Percent of relative humidity lost per degree, as in a room whose water content stays. */
#define HUMIDITY_PER_DEGREE 2

uint64_t climate_random(struct climate *climate)
{
    uint64_t z = climate->random += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

int32_t climate_random_between(struct climate *climate, int32_t low, int32_t high)
{
    uint64_t span = (uint64_t)((int64_t)high - low) + 1;

    return (int32_t)(low + (int64_t)(climate_random(climate) % span));
}

static int32_t clamped(int32_t value, int32_t low, int32_t high)
{
    return value < low ? low : value > high ? high : value;
}

void climate_start(struct climate *climate, uint64_t seed, uint32_t now_ms)
{
    climate->random = seed;
    climate->at_ms = now_ms;
    climate->temperature_mean_milli = climate_random_between(climate, 19000, 25000);
    climate->humidity_mean_milli = climate_random_between(climate, 35000, 60000);
    climate->temperature_milli = climate->temperature_mean_milli;
    climate->humidity_milli = climate->humidity_mean_milli;
}

static void step(struct climate *climate)
{
    int32_t before = climate->temperature_milli;
    int32_t temperature = before + (climate->temperature_mean_milli - before) / PULL +
                          climate_random_between(climate, -TEMPERATURE_STEP_MILLI, TEMPERATURE_STEP_MILLI);
    climate->temperature_milli = clamped(temperature, CLIMATE_TEMPERATURE_MIN_MILLI, CLIMATE_TEMPERATURE_MAX_MILLI);

    int32_t humidity = climate->humidity_milli + (climate->humidity_mean_milli - climate->humidity_milli) / PULL -
                       (climate->temperature_milli - before) * HUMIDITY_PER_DEGREE +
                       climate_random_between(climate, -HUMIDITY_STEP_MILLI, HUMIDITY_STEP_MILLI);
    climate->humidity_milli = clamped(humidity, CLIMATE_HUMIDITY_MIN_MILLI, CLIMATE_HUMIDITY_MAX_MILLI);
}

void climate_advance(struct climate *climate, uint32_t now_ms)
{
    uint32_t steps = (now_ms - climate->at_ms) / STEP_MS;

    climate->at_ms += steps * STEP_MS;
    for (uint32_t i = 0; i < steps && i < STEPS_MAX; i++) {
        step(climate);
    }
}
