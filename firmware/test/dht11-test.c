/* SPDX-License-Identifier: MIT */
#include "dht11.h"
#include "test.h"

static void pulses_of(const uint8_t *bytes, uint8_t zero_us, uint8_t one_us, uint8_t *high_us)
{
    for (unsigned i = 0; i < DHT11_PULSES; i++) {
        high_us[i] = (bytes[i / 8] >> (7 - i % 8)) & 1 ? one_us : zero_us;
    }
}

static void test_vectors(void)
{
    test_begin("every DHT11 vector gives its values or its fault");
    for (size_t i = 0; i < COUNT_OF(dht11_vectors); i++) {
        const struct dht11_vector *vector = &dht11_vectors[i];
        struct dht11_sample sample = {.temperature_milli = 12345, .humidity_milli = 54321};
        struct dht11_sample wanted = vector->result == 0 ? vector->sample : sample;
        test_vector(vector->name);
        CHECK_EQUAL(dht11_sample_of_bytes(vector->bytes, &sample), vector->result);
        CHECK_EQUAL(sample.temperature_milli, wanted.temperature_milli);
        CHECK_EQUAL(sample.humidity_milli, wanted.humidity_milli);
    }

    test_begin("every whole degree from 0 to 50 and percent from 20 to 90 is converted exactly");
    for (uint8_t degrees = 0; degrees <= 50; degrees++) {
        for (uint8_t percent = 20; percent <= 90; percent++) {
            const uint8_t bytes[DHT11_BYTES] = {percent, 0, degrees, 0, (uint8_t)(percent + degrees)};
            struct dht11_sample sample;
            CHECK_EQUAL(dht11_sample_of_bytes(bytes, &sample), 0);
            CHECK_EQUAL(sample.temperature_milli, degrees * 1000);
            CHECK_EQUAL(sample.humidity_milli, percent * 1000);
        }
    }
}

static void test_pulses(void)
{
    static const uint8_t room[DHT11_BYTES] = {45, 0, 21, 0, 66};
    uint8_t high_us[DHT11_PULSES];
    uint8_t bytes[DHT11_BYTES];

    test_begin("pulses within the datasheet's widths, and 15 us off, give the bytes that were sent");
    for (int shift = -14; shift <= 15; shift++) {
        memset(bytes, 0, sizeof bytes);
        pulses_of(room, (uint8_t)(27 + shift), (uint8_t)(70 + shift), high_us);
        CHECK_EQUAL(dht11_bytes_of_pulses(high_us, bytes), 0);
        CHECK(memcmp(bytes, room, sizeof room) == 0);
    }

    test_begin("a pulse too short or too long for a bit is refused, wherever it stands");
    for (unsigned i = 0; i < DHT11_PULSES; i++) {
        const uint8_t wrong[] = {0, 4, 101, 255};
        for (size_t w = 0; w < sizeof wrong; w++) {
            pulses_of(room, 27, 70, high_us);
            high_us[i] = wrong[w];
            CHECK_EQUAL(dht11_bytes_of_pulses(high_us, bytes), DHT11_E_PULSE);
        }
    }

    test_begin("any one misread pulse is caught by the checksum");
    for (unsigned i = 0; i < DHT11_PULSES; i++) {
        struct dht11_sample sample;
        memset(bytes, 0, sizeof bytes);
        pulses_of(room, 27, 70, high_us);
        high_us[i] = high_us[i] == 27 ? 70 : 27;
        CHECK_EQUAL(dht11_bytes_of_pulses(high_us, bytes), 0);
        CHECK_EQUAL(dht11_sample_of_bytes(bytes, &sample), DHT11_E_CHECKSUM);
    }
}

static int measure_room(void *context, uint8_t *high_us)
{
    int *result = context;
    static const uint8_t room[DHT11_BYTES] = {45, 0, 21, 0, 66};

    pulses_of(room, 26, 71, high_us);
    return *result;
}

static void test_read(void)
{
    int result = 0;
    struct dht11 dht11 = {.measure = measure_room, .context = &result};
    struct frame_value values[2];

    test_begin("a read gives temperature, then humidity, in thousandths");
    CHECK_EQUAL(dht11_read(&dht11, values), 2);
    CHECK_EQUAL(values[0].quantity, FRAME_TEMPERATURE);
    CHECK_EQUAL(values[0].milli, 21000);
    CHECK_EQUAL(values[1].quantity, FRAME_HUMIDITY);
    CHECK_EQUAL(values[1].milli, 45000);

    test_begin("a read of a sensor that does not answer says so");
    result = DHT11_E_NO_ANSWER;
    CHECK_EQUAL(dht11_read(&dht11, values), DHT11_E_NO_ANSWER);
}

void dht11_tests(void)
{
    test_vectors();
    test_pulses();
    test_read();
}
