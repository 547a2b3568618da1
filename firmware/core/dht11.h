/* SPDX-License-Identifier: MIT */
/*
 * The DHT11 humidity and temperature sensor: from the widths of its 40 pulses to thousandths of a unit.
 *
 * After the host has held the line low for 18 ms, the sensor answers 40 bits: 50 us low, then high for 26-28 us (0) or 70 us (1),
 * most significant bit first. Measuring those widths is the port's part (struct dht11, below); everything after is here, so
 * that an emulated board runs the same decoder as a soldered one.
 * Source: Aosong, "DHT11 temperature and humidity sensor", datasheet v1.3.
 */
#ifndef FOGWOT_DHT11_H
#define FOGWOT_DHT11_H

#include <stdint.h>

#include "frame.h"

#ifdef __cplusplus
extern "C" {
#endif

#define DHT11_PULSES 40u
#define DHT11_BYTES 5u
/* The datasheet allows one read a second, and none in the first second after power-up. */
#define DHT11_INTERVAL_MIN_MS 1000u
#define DHT11_WARMUP_MS 1000u
/* How long the host holds the line low to wake the sensor. */
#define DHT11_START_MS 20u

enum dht11_fault {
    DHT11_E_NO_ANSWER = -1,  /* the port saw no sensor on the line, or it fell silent before the 40th pulse */
    DHT11_E_PULSE = -2,      /* a pulse is neither a 0 nor a 1 */
    DHT11_E_CHECKSUM = -3,   /* the fifth byte is not the sum of the other four */
    DHT11_E_IMPLAUSIBLE = -4 /* a value no DHT11 sends: a stuck line, or another sensor */
};

struct dht11_sample {
    int32_t temperature_milli; /* milli-degrees Celsius, -80900 ... 80900 */
    int32_t humidity_milli;    /* milli-percent relative humidity, 1000 ... 100900 */
};

/* The port's half: wakes the sensor and measures. */
struct dht11 {
    /*
     * Writes the width of the 40 high pulses in microseconds, a longer one than 255 as 255.
     * Returns 0 or DHT11_E_NO_ANSWER. Must return within 50 ms, whatever the line does.
     */
    int (*measure)(void *context, uint8_t high_us[DHT11_PULSES]);
    void *context;
};

/* Widths to bytes. Returns 0 or DHT11_E_PULSE. */
int dht11_bytes_of_pulses(const uint8_t high_us[DHT11_PULSES], uint8_t bytes[DHT11_BYTES]);

/* Bytes to values. Returns 0, DHT11_E_CHECKSUM or DHT11_E_IMPLAUSIBLE; `sample` is untouched on failure. */
int dht11_sample_of_bytes(const uint8_t bytes[DHT11_BYTES], struct dht11_sample *sample);

/*
 * A sensor_read (sensor.h) on a struct dht11: temperature first, then humidity.
 * Returns 2 (the number of values) or any of enum dht11_fault.
 */
int dht11_read(void *dht11, struct frame_value *values);

#ifdef __cplusplus
}
#endif

#endif
