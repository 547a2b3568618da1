/* SPDX-License-Identifier: MIT */
/* The test runner: one line per test, a sentence that could be false. */
#ifndef FOGWOT_TEST_H
#define FOGWOT_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "suites.h"
#include "vectors.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Begins a test; the one before it is reported. */
void test_begin(const char *title);

/* Fails the running test, and says where and what. The test goes on, so that every difference shows. */
void test_check(bool holds, const char *expression, const char *file, int line);
void test_check_equal(int64_t got, int64_t wanted, const char *expression, const char *file, int line);

#define CHECK(expression) test_check((expression), #expression, __FILE__, __LINE__)
#define CHECK_EQUAL(got, wanted) test_check_equal((int64_t)(got), (int64_t)(wanted), #got, __FILE__, __LINE__)

/* Names the vector under test in the failures that follow; NULL: none. */
void test_vector(const char *name);

/* A deterministic generator (xorshift64*), state must not be 0. */
uint64_t test_random(uint64_t *state);

/* Compares the fields that the type has. */
bool test_same_frame(const struct frame *a, const struct frame *b);

/* Copy of bytes in a block of exactly `length` bytes, so that the sanitizer sees a read behind its end; freed by the caller. */
uint8_t *test_exact_copy(const uint8_t *bytes, size_t length);

#endif
