/* SPDX-License-Identifier: MIT */
#include "climate.h"
#include "test.h"

void climate_tests(void)
{
    struct climate a, b;

    test_begin("the modelled air is the same for the same seed, however it is stepped");
    climate_start(&a, 5, 0);
    climate_start(&b, 5, 0);
    for (uint32_t now_ms = 0; now_ms <= 600000; now_ms += 250) {
        climate_advance(&a, now_ms);
    }
    climate_advance(&b, 600000);
    CHECK_EQUAL(a.temperature_milli, b.temperature_milli);
    CHECK_EQUAL(a.humidity_milli, b.humidity_milli);

    test_begin("the modelled air differs from seed to seed");
    climate_start(&b, 6, 0);
    CHECK(a.temperature_mean_milli != b.temperature_mean_milli);

    test_begin("the modelled air stays within a DHT11's range for three days, moves slowly, and is not still");
    for (uint64_t seed = 0; seed < 8; seed++) {
        int32_t lowest = INT32_MAX, highest = INT32_MIN;
        climate_start(&a, seed, 0);
        for (uint32_t s = 1; s <= 3u * 86400; s++) {
            int32_t before = a.temperature_milli;
            climate_advance(&a, s * 1000u);
            int32_t change = a.temperature_milli - before;
            CHECK(change >= -300 && change <= 300);
            CHECK(a.temperature_milli >= CLIMATE_TEMPERATURE_MIN_MILLI && a.temperature_milli <= CLIMATE_TEMPERATURE_MAX_MILLI);
            CHECK(a.humidity_milli >= CLIMATE_HUMIDITY_MIN_MILLI && a.humidity_milli <= CLIMATE_HUMIDITY_MAX_MILLI);
            lowest = a.temperature_milli < lowest ? a.temperature_milli : lowest;
            highest = a.temperature_milli > highest ? a.temperature_milli : highest;
        }
        CHECK(highest - lowest > 2000);
        CHECK(highest - lowest < 20000);
    }

    test_begin("seeded numbers reach both ends of their range and nothing beyond");
    bool low = false, high = false;
    climate_start(&a, 9, 0);
    for (unsigned i = 0; i < 1000; i++) {
        int32_t number = climate_random_between(&a, -3, 3);
        CHECK(number >= -3 && number <= 3);
        low = low || number == -3;
        high = high || number == 3;
    }
    CHECK(low && high);
    CHECK_EQUAL(climate_random_between(&a, INT32_MAX, INT32_MAX), INT32_MAX);
}
