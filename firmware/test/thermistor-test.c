/* SPDX-License-Identifier: MIT */
#include "thermistor.h"

#include <math.h>
#include <stdlib.h>

#include "test.h"

/* The B equation as TinkerKit's library computes it. */
static double celsius_of_count(int count)
{
    return 3950.0 / log(10000.0 * (1023.0 / count - 1.0) * 120.6685) - 273.15;
}

static int measure_count(void *context)
{
    return *(int *)context;
}

void thermistor_tests(void)
{
    int32_t milli = 0, before = INT32_MIN;

    test_begin("every count from -40 to 125 degrees is within 0.01 degrees of the B equation, and they rise");
    for (int count = 52; count <= 1006; count++) {
        CHECK_EQUAL(thermistor_milli_of_count(count, &milli), 0);
        CHECK(fabs(milli / 1000.0 - celsius_of_count(count)) < 0.01);
        CHECK(milli > before);
        CHECK(milli >= THERMISTOR_MIN_MILLI && milli <= THERMISTOR_MAX_MILLI);
        before = milli;
    }

    test_begin("counts beyond the range are a broken wire or a short, and give no value");
    milli = 12345;
    for (int count = -1; count < 52; count++) {
        CHECK_EQUAL(thermistor_milli_of_count(count, &milli), THERMISTOR_E_OPEN);
    }
    for (int count = 1007; count <= 1024; count++) {
        CHECK_EQUAL(thermistor_milli_of_count(count, &milli), THERMISTOR_E_SHORT);
    }
    CHECK_EQUAL(milli, 12345);

    test_begin("a read gives one value, the temperature in thousandths, or the fault");
    int count = 696;
    struct thermistor thermistor = {.measure = measure_count, .context = &count};
    struct frame_value values[1];
    CHECK_EQUAL(thermistor_read(&thermistor, values), 1);
    CHECK_EQUAL(values[0].quantity, FRAME_TEMPERATURE);
    CHECK(abs(values[0].milli - 25008) < 10);
    count = 0;
    CHECK_EQUAL(thermistor_read(&thermistor, values), THERMISTOR_E_OPEN);
}
