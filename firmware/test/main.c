/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

static const char *running;
static const char *vector_name;
static char failures[4096];
static size_t failures_length;
static unsigned passed, failed;

static void report(void)
{
    if (running == NULL) {
        return;
    }
    if (failures_length == 0) {
        passed++;
        printf("ok      %s\n", running);
    } else {
        failed++;
        printf("FAILED  %s\n%s", running, failures);
    }
    running = NULL;
}

void test_begin(const char *title)
{
    report();
    running = title;
    vector_name = NULL;
    failures_length = 0;
    failures[0] = '\0';
}

void test_vector(const char *name)
{
    vector_name = name;
}

static void add_failure(const char *text)
{
    size_t length = strlen(text);

    if (failures_length + length < sizeof failures) {
        memcpy(failures + failures_length, text, length + 1);
    }
    failures_length += length; /* counts even where there is no more room to say it */
}

void test_check(bool holds, const char *expression, const char *file, int line)
{
    char text[512];

    if (!holds) {
        snprintf(text, sizeof text, "        %s:%d: %s%s%s\n", file, line, vector_name ? vector_name : "",
                 vector_name ? ": " : "", expression);
        add_failure(text);
    }
}

void test_check_equal(int64_t got, int64_t wanted, const char *expression, const char *file, int line)
{
    char text[512];

    if (got != wanted) {
        snprintf(text, sizeof text, "        %s:%d: %s%s%s: got %lld, wanted %lld\n", file, line,
                 vector_name ? vector_name : "", vector_name ? ": " : "", expression, (long long)got, (long long)wanted);
        add_failure(text);
    }
}

uint64_t test_random(uint64_t *state)
{
    uint64_t x = *state;

    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = x;
    return x * 0x2545f4914f6cdd1du;
}

static bool is_same_reading(const struct frame_reading *a, const struct frame_reading *b)
{
    bool same = a->uptime_ms == b->uptime_ms && a->age_ms == b->age_ms && a->count == b->count;

    for (uint8_t i = 0; same && i < a->count; i++) {
        same = a->values[i].quantity == b->values[i].quantity && a->values[i].milli == b->values[i].milli;
    }
    return same;
}

bool test_same_frame(const struct frame *a, const struct frame *b)
{
    if (a->type != b->type || a->sequence != b->sequence) {
        return false;
    }
    switch (a->type) {
    case FRAME_READING:
    case FRAME_PUSH:
        return is_same_reading(&a->body.reading, &b->body.reading);
    case FRAME_SET:
        return a->body.set.parameter == b->body.set.parameter && a->body.set.value == b->body.set.value;
    case FRAME_ERROR:
        return a->body.code == b->body.code;
    default:
        return true;
    }
}

uint8_t *test_exact_copy(const uint8_t *bytes, size_t length)
{
    uint8_t *copy = malloc(length > 0 ? length : 1);

    if (copy == NULL) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    memcpy(copy, bytes, length);
    return copy;
}

int main(void)
{
    void (*const suites[])(void) = {EVERY_SUITE};

    for (size_t i = 0; i < COUNT_OF(suites); i++) {
        suites[i]();
    }
    report();
    printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
