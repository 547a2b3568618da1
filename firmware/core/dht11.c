/* SPDX-License-Identifier: MIT */
#include "dht11.h"

/* Half way between 28 us (0) and 70 us (1); a cheap clock or a long cable shifts both by some microseconds. */
#define ONE_FROM_US 49u
/* A 0 whose beginning was seen late, because an interrupt ran, is short; what is shorter still is a spike on the line. */
#define PULSE_MIN_US 5u
#define PULSE_MAX_US 100u

#define BELOW_ZERO 0x80u
#define HUMIDITY_MIN 1u
#define HUMIDITY_MAX 100u
/* No DHT11 is specified beyond -20 ... 60 degrees; this leaves room for a generous one and still catches a wrong sensor. */
#define TEMPERATURE_MAX 80u

int dht11_bytes_of_pulses(const uint8_t high_us[DHT11_PULSES], uint8_t bytes[DHT11_BYTES])
{
    for (uint8_t i = 0; i < DHT11_PULSES; i++) {
        uint8_t width = high_us[i];
        if (width < PULSE_MIN_US || width > PULSE_MAX_US) {
            return DHT11_E_PULSE;
        }
        bytes[i / 8u] = (uint8_t)(((unsigned)bytes[i / 8u] << 1) | (width >= ONE_FROM_US ? 1u : 0u));
    }
    return 0;
}

int dht11_sample_of_bytes(const uint8_t bytes[DHT11_BYTES], struct dht11_sample *sample)
{
    if ((uint8_t)(bytes[0] + bytes[1] + bytes[2] + bytes[3]) != bytes[4]) {
        return DHT11_E_CHECKSUM;
    }
    uint8_t temperature_tenths = (uint8_t)(bytes[3] & ~BELOW_ZERO);
    if (bytes[0] < HUMIDITY_MIN || bytes[0] > HUMIDITY_MAX || bytes[1] > 9 || bytes[2] > TEMPERATURE_MAX ||
        temperature_tenths > 9) {
        return DHT11_E_IMPLAUSIBLE;
    }
    int32_t temperature = (int32_t)bytes[2] * 1000 + (int32_t)temperature_tenths * 100;
    sample->temperature_milli = (bytes[3] & BELOW_ZERO) != 0 ? -temperature : temperature;
    sample->humidity_milli = (int32_t)bytes[0] * 1000 + (int32_t)bytes[1] * 100;
    return 0;
}

int dht11_read(void *context, struct frame_value *values)
{
    const struct dht11 *dht11 = context;
    uint8_t high_us[DHT11_PULSES];
    uint8_t bytes[DHT11_BYTES] = {0};
    struct dht11_sample sample;

    int fault = dht11->measure(dht11->context, high_us);
    if (fault == 0) {
        fault = dht11_bytes_of_pulses(high_us, bytes);
    }
    if (fault == 0) {
        fault = dht11_sample_of_bytes(bytes, &sample);
    }
    if (fault != 0) {
        return fault;
    }
    values[0].quantity = FRAME_TEMPERATURE;
    values[0].milli = sample.temperature_milli;
    values[1].quantity = FRAME_HUMIDITY;
    values[1].milli = sample.humidity_milli;
    return 2;
}
