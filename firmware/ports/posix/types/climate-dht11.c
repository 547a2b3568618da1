/* SPDX-License-Identifier: MIT */
/*
 * An emulated DHT11: the modelled air, read with the sensor's resolution (whole degrees and percent), sent as the sensor sends it:
 * 40 pulse widths with some jitter. core/dht11.c decodes them as it does a soldered one's. The read takes no time: the
 * delay of a board stands in the emulated link, not here.
 */
#include "climate.h"
#include "dht11.h"
#include "emulation.h"

static struct {
    struct climate air;
    uint64_t pulse_random; /* its own generator: jitter must not change the weather */
    uint32_t faults_left;
    uint32_t (*clock)(void);
    struct dht11 dht11;
} self;

static uint8_t pulse_us(int bit)
{
    struct climate jitter = {.random = self.pulse_random};
    int32_t width = bit ? climate_random_between(&jitter, 68, 74) : climate_random_between(&jitter, 24, 28);

    self.pulse_random = jitter.random;
    return (uint8_t)width;
}

static int measure(void *context, uint8_t high_us[DHT11_PULSES])
{
    (void)context;
    climate_advance(&self.air, self.clock());
    uint8_t bytes[DHT11_BYTES] = {
        (uint8_t)(self.air.humidity_milli / 1000), 0, (uint8_t)(self.air.temperature_milli / 1000), 0, 0,
    };
    bytes[4] = (uint8_t)(bytes[0] + bytes[1] + bytes[2] + bytes[3]);
    if (self.faults_left > 0) { /* a bit misread on the line: the decoder finds the checksum wrong */
        if (self.faults_left != UINT32_MAX) {
            self.faults_left--;
        }
        bytes[2] ^= 0x08u;
    }
    for (unsigned i = 0; i < DHT11_PULSES; i++) {
        high_us[i] = pulse_us((bytes[i / 8] >> (7 - i % 8)) & 1);
    }
    return 0;
}

static void start(const struct emulation_options *options, uint32_t (*clock)(void), struct sensor *sensor)
{
    climate_start(&self.air, options->seed, clock());
    self.pulse_random = ~options->seed;
    self.faults_left = options->sensor_faults;
    self.clock = clock;
    self.dht11.measure = measure;
    self.dht11.context = NULL;
    sensor->read = dht11_read;
    sensor->context = &self.dht11;
    sensor->warmup_ms = 0; /* an emulated board was powered long ago: it can answer from its first moment */
    sensor->interval_min_ms = DHT11_INTERVAL_MIN_MS;
}

const struct emulation emulation_climate_dht11 = {.type = "climate-dht11", .start = start};
