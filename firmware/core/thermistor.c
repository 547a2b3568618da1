/* SPDX-License-Identifier: MIT */
#include "thermistor.h"

/* Rb / Rinf: times the ratio of the two resistances it is what the B equation takes the logarithm of. */
#define DIVIDER UINT32_C(1206685)
/* B / ln 2, in millikelvin: the logarithm below is to base 2. */
#define B_MILLI UINT32_C(5698645)
#define ZERO_CELSIUS_MILLI INT32_C(273150)
/* Counts at -40 and 125 degrees; beyond them the product below would not fit 32 bits, or mean anything. */
#define COUNT_MIN 52
#define COUNT_MAX 1006

#define FRACTION_BITS 12u

/* Base-2 logarithm of `value` (not 0), with 12 bits behind the point: squaring the mantissa shifts out one bit after the other. */
static uint32_t log2_of(uint32_t value)
{
    uint32_t whole = 15;

    for (; value >> 15 == 0; value <<= 1) {
        whole--;
    }
    for (; value >> 16 != 0; value >>= 1) {
        whole++;
    }
    uint32_t result = whole;
    uint32_t mantissa = value; /* 1 <= mantissa / 2^15 < 2 */
    for (uint8_t i = 0; i < FRACTION_BITS; i++) {
        mantissa = (mantissa * mantissa) >> 15;
        result <<= 1;
        if (mantissa >> 16 != 0) {
            mantissa >>= 1;
            result |= 1u;
        }
    }
    return result;
}

int thermistor_milli_of_count(int count, int32_t *milli)
{
    if (count < COUNT_MIN) {
        return THERMISTOR_E_OPEN;
    }
    if (count > COUNT_MAX) {
        return THERMISTOR_E_SHORT;
    }
    uint32_t quotient = DIVIDER * (uint32_t)(THERMISTOR_COUNT_MAX - count) / (uint32_t)count;
    uint32_t logarithm = log2_of(quotient);
    /* B << 12 would not fit: divided in two steps of 9 and 3 bits. */
    uint32_t dividend = B_MILLI << 9;
    uint32_t kelvin_milli = ((dividend / logarithm) << 3) + ((dividend % logarithm) << 3) / logarithm;
    *milli = (int32_t)kelvin_milli - ZERO_CELSIUS_MILLI;
    return 0;
}

int thermistor_read(void *context, struct frame_value *values)
{
    const struct thermistor *thermistor = context;
    int32_t milli = 0;

    int fault = thermistor_milli_of_count(thermistor->measure(thermistor->context), &milli);
    if (fault != 0) {
        return fault;
    }
    values[0].quantity = FRAME_TEMPERATURE;
    values[0].milli = milli;
    return 1;
}
