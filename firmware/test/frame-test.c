/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "crc16.h"
#include "frame.h"
#include "test.h"

static void test_crc(void)
{
    test_begin("the checksum of \"123456789\" is 0x29b1 and that of no bytes is 0xffff");
    CHECK_EQUAL(crc16_of((const uint8_t *)"123456789", 9), 0x29b1);
    CHECK_EQUAL(crc16_of(NULL, 0), 0xffff);

    test_begin("the checksum equals its bitwise definition on 1000 random messages");
    uint64_t random = 42;
    for (unsigned round = 0; round < 1000; round++) {
        uint8_t bytes[80];
        size_t length = (size_t)(test_random(&random) % sizeof bytes);
        uint16_t crc = 0xffff;
        for (size_t i = 0; i < length; i++) {
            bytes[i] = (uint8_t)(test_random(&random) >> 56);
            for (int bit = 7; bit >= 0; bit--) {
                unsigned carry = ((unsigned)(crc >> 15) ^ ((unsigned)bytes[i] >> bit)) & 1u;
                crc = (uint16_t)((unsigned)(crc << 1) ^ (carry ? 0x1021u : 0u));
            }
        }
        CHECK_EQUAL(crc16_of(bytes, length), crc);
    }
}

static void test_vectors(void)
{
    struct frame frame;
    uint8_t bytes[FRAME_MAX_BYTES];

    test_begin("every sound vector decodes to its fields");
    for (size_t i = 0; i < COUNT_OF(sound_vectors); i++) {
        const struct sound_vector *vector = &sound_vectors[i];
        uint8_t *exact = test_exact_copy(vector->bytes, vector->length);
        test_vector(vector->name);
        CHECK_EQUAL(frame_decode(&frame, exact, vector->length), 0);
        CHECK(test_same_frame(&frame, &vector->frame));
        free(exact);
    }

    test_begin("every sound vector's fields encode to its bytes");
    for (size_t i = 0; i < COUNT_OF(sound_vectors); i++) {
        const struct sound_vector *vector = &sound_vectors[i];
        test_vector(vector->name);
        CHECK_EQUAL(frame_encode(&vector->frame, bytes, sizeof bytes), vector->length);
        CHECK(memcmp(bytes, vector->bytes, vector->length) == 0);
    }

    test_begin("every malformed vector is refused with the fault it names");
    for (size_t i = 0; i < COUNT_OF(malformed_vectors); i++) {
        const struct malformed_vector *vector = &malformed_vectors[i];
        uint8_t *exact = test_exact_copy(vector->bytes, vector->length);
        test_vector(vector->name);
        CHECK_EQUAL(frame_decode(&frame, exact, vector->length), vector->fault);
        free(exact);
    }
}

static void test_damage(void)
{
    struct frame frame;

    test_begin("a frame with any one bit flipped is refused");
    for (size_t i = 0; i < COUNT_OF(sound_vectors); i++) {
        const struct sound_vector *vector = &sound_vectors[i];
        test_vector(vector->name);
        for (size_t bit = 0; bit < vector->length * 8; bit++) {
            uint8_t *copy = test_exact_copy(vector->bytes, vector->length);
            copy[bit / 8] ^= (uint8_t)(1u << (bit % 8));
            CHECK(frame_decode(&frame, copy, vector->length) < 0);
            free(copy);
        }
    }

    test_begin("a frame cut anywhere is refused as truncated");
    for (size_t i = 0; i < COUNT_OF(sound_vectors); i++) {
        const struct sound_vector *vector = &sound_vectors[i];
        test_vector(vector->name);
        for (size_t length = 0; length < vector->length; length++) {
            uint8_t *copy = test_exact_copy(vector->bytes, length);
            CHECK_EQUAL(frame_decode(&frame, copy, length), FRAME_E_TRUNCATED);
            free(copy);
        }
    }

    test_begin("a refused frame leaves the fields alone unless its checksum held");
    memset(&frame, 0x5a, sizeof frame);
    struct frame before = frame;
    for (size_t i = 0; i < COUNT_OF(malformed_vectors); i++) {
        const struct malformed_vector *vector = &malformed_vectors[i];
        if (vector->fault >= FRAME_E_BAD_CRC) {
            test_vector(vector->name);
            (void)frame_decode(&frame, vector->bytes, vector->length);
            CHECK(memcmp(&frame, &before, sizeof frame) == 0);
        }
    }
}

static void test_encode_refusals(void)
{
    struct frame frame = {.type = FRAME_READING, .sequence = 1};
    uint8_t bytes[FRAME_MAX_BYTES];

    test_begin("encoding refuses unknown types, readings without values and readings with too many");
    CHECK_EQUAL(frame_encode(&frame, bytes, sizeof bytes), FRAME_E_BAD_BODY);
    frame.body.reading.count = FRAME_VALUES_MAX + 1;
    CHECK_EQUAL(frame_encode(&frame, bytes, sizeof bytes), FRAME_E_BAD_BODY);
    frame.type = 0;
    CHECK_EQUAL(frame_encode(&frame, bytes, sizeof bytes), FRAME_E_UNKNOWN_TYPE);
    frame.type = 7;
    CHECK_EQUAL(frame_encode(&frame, bytes, sizeof bytes), FRAME_E_UNKNOWN_TYPE);

    test_begin("encoding into too little room writes nothing");
    for (size_t i = 0; i < COUNT_OF(sound_vectors); i++) {
        const struct sound_vector *vector = &sound_vectors[i];
        memset(bytes, 0xa5, sizeof bytes);
        test_vector(vector->name);
        CHECK_EQUAL(frame_encode(&vector->frame, bytes, vector->length - 1), FRAME_E_NO_ROOM);
        for (size_t at = 0; at < sizeof bytes; at++) {
            CHECK(bytes[at] == 0xa5);
        }
    }
}

void frame_tests(void)
{
    test_crc();
    test_vectors();
    test_damage();
    test_encode_refusals();
}
