/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

/* Byte by byte: frames are short. Compiled so that these loops do not become calls of themselves. */

void *memcpy(void *to, const void *from, size_t count)
{
    return memmove(to, from, count);
}

void *memmove(void *to, const void *from, size_t count)
{
    uint8_t *target = to;
    const uint8_t *source = from;

    if (target <= source) {
        for (size_t i = 0; i < count; i++) {
            target[i] = source[i];
        }
    } else {
        for (size_t i = count; i > 0; i--) {
            target[i - 1] = source[i - 1];
        }
    }
    return to;
}

void *memset(void *at, int value, size_t count)
{
    uint8_t *target = at;

    for (size_t i = 0; i < count; i++) {
        target[i] = (uint8_t)value;
    }
    return at;
}

int memcmp(const void *a, const void *b, size_t count)
{
    const uint8_t *left = a, *right = b;

    for (size_t i = 0; i < count; i++) {
        if (left[i] != right[i]) {
            return left[i] - right[i];
        }
    }
    return 0;
}
