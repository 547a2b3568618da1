/* SPDX-License-Identifier: MIT */
/* Random and mutated input against decoder, stream and board; the sanitized build watches every access. */
#include <stdlib.h>

#include "board.h"
#include "crc16.h"
#include "stream.h"
#include "test.h"

#define RANDOM_BYTES 1000000u
#define MUTANTS 100000u

struct sink {
    size_t last_length; /* of the datagram being answered */
    unsigned answers;
    unsigned unsound;
    unsigned too_long;
};

static void sink_send(void *context, const struct peer *to, const uint8_t *bytes, uint8_t length)
{
    struct sink *sink = context;
    struct frame frame;

    (void)to;
    sink->answers++;
    sink->unsound += frame_decode(&frame, bytes, length) != 0;
    /* A reading of two values is 29 bytes, to a query of 10, and so is a push; nothing else outgrows what it answers by more than a byte. */
    sink->too_long += length > (frame.type == FRAME_READING || frame.type == FRAME_PUSH ? 29u : sink->last_length + 1);
}

static int steady_read(void *context, struct frame_value *values)
{
    (void)context;
    values[0].quantity = FRAME_TEMPERATURE;
    values[0].milli = 21000;
    values[1].quantity = FRAME_HUMIDITY;
    values[1].milli = 45000;
    return 2;
}

static const struct sensor steady_sensor = {.read = steady_read, .interval_min_ms = 1000};

/* Feeds one datagram; returns whether it was sound. A sound one must come back as the same bytes. */
static bool feed(struct board *board, struct sink *sink, uint32_t now_ms, const uint8_t *bytes, size_t length)
{
    static const struct peer peer = {.length = 6, .address = {127, 0, 0, 1, 1, 2}};
    struct frame frame;
    uint8_t again[FRAME_MAX_BYTES];
    uint8_t *exact = test_exact_copy(bytes, length);
    int fault = frame_decode(&frame, exact, length);

    sink->last_length = length;
    if (fault == 0) {
        CHECK_EQUAL(frame_encode(&frame, again, sizeof again), length);
        CHECK(memcmp(again, bytes, length) == 0);
    }
    board_receive(board, now_ms, &peer, exact, length);
    free(exact);
    return fault == 0;
}

static void seal(uint8_t *bytes, size_t length)
{
    uint16_t crc = crc16_of(bytes, length - FRAME_CRC_BYTES);

    bytes[length - 2] = (uint8_t)crc;
    bytes[length - 1] = (uint8_t)(crc >> 8);
}

static size_t mutate(uint64_t *random, uint8_t *bytes, size_t capacity)
{
    const struct sound_vector *vector = &sound_vectors[test_random(random) % COUNT_OF(sound_vectors)];
    size_t length = vector->length;

    memcpy(bytes, vector->bytes, length);
    for (uint64_t edits = 1 + test_random(random) % 3; edits > 0; edits--) {
        switch (test_random(random) % 4) {
        case 0:
            bytes[test_random(random) % length] ^= (uint8_t)(1u << (test_random(random) % 8));
            break;
        case 1:
            bytes[test_random(random) % length] = (uint8_t)test_random(random);
            break;
        case 2:
            length = 2 + (size_t)(test_random(random) % (length - 1));
            break;
        default:
            while (length < capacity && test_random(random) % 4 != 0) {
                bytes[length++] = (uint8_t)test_random(random);
            }
            break;
        }
    }
    if (test_random(random) % 2 == 0) {
        seal(bytes, length); /* past the checksum, into the checks of flags, type and body */
    }
    return length;
}

static void check_board_answers(struct board *board, struct sink *sink)
{
    static const uint8_t query[] = {0xf0, 1, 1, 0, 1, 0, 0, 0, 0xc6, 0x7a};
    unsigned before = sink->answers;
    uint8_t sealed[sizeof query];

    memcpy(sealed, query, sizeof query);
    seal(sealed, sizeof sealed);
    CHECK(feed(board, sink, 0, sealed, sizeof sealed));
    CHECK_EQUAL(sink->answers, before + 1);
}

static void test_datagrams(void)
{
    struct sink sink = {0};
    const struct board_port port = {.send = sink_send, .context = &sink};
    struct board board;
    uint64_t random = 20261120;
    uint8_t bytes[160];
    uint32_t sound = 0, total = 0;

    test_begin("a million random bytes in datagrams of 0 ... 159 are survived, counted and not answered");
    board_start(&board, &port, &steady_sensor, 0, 0);
    (void)board_poll(&board, 0);
    for (uint32_t fed = 0; fed < RANDOM_BYTES; total++) {
        size_t length = (size_t)(test_random(&random) % sizeof bytes);
        for (size_t i = 0; i < length; i++) {
            bytes[i] = (uint8_t)(test_random(&random) >> 56);
        }
        sound += feed(&board, &sink, total, bytes, length);
        fed += (uint32_t)length;
    }
    uint32_t counted = 0;
    for (size_t i = 0; i < FRAME_FAULTS; i++) {
        counted += board.counters.malformed[i];
    }
    CHECK_EQUAL(sound, 0);
    CHECK_EQUAL(counted, total);
    CHECK_EQUAL(sink.answers, 0);
    check_board_answers(&board, &sink);

    test_begin("100000 mutated frames are survived, and no answer is unsound or outgrows its request");
    for (uint32_t i = 0; i < MUTANTS; i++) {
        size_t length = mutate(&random, bytes, sizeof bytes);
        sound += feed(&board, &sink, i * 7, bytes, length);
        (void)board_poll(&board, i * 7);
    }
    CHECK(sound > 100); /* else the mutation is too wild to reach anything */
    CHECK_EQUAL(sink.unsound, 0);
    CHECK_EQUAL(sink.too_long, 0);
    check_board_answers(&board, &sink);
}

static void test_stream(void)
{
    struct stream stream;
    uint64_t random = 7;
    uint32_t found = 0, unsound = 0;
    uint8_t bytes[160];
    struct frame frame;

    test_begin("a stream of a million random bytes and mutated frames yields nothing with a wrong checksum");
    stream_start(&stream);
    for (uint32_t fed = 0; fed < RANDOM_BYTES;) {
        size_t length = mutate(&random, bytes, sizeof bytes);
        for (size_t i = 0; i < length; i++, fed++) {
            for (size_t size = stream_push(&stream, fed / 11, bytes[i]); size > 0; size = stream_next(&stream)) {
                int fault = frame_decode(&frame, stream.bytes, size);
                found++;
                unsound += fault != 0 && fault != FRAME_E_BAD_FLAGS && fault != FRAME_E_UNKNOWN_TYPE && fault != FRAME_E_BAD_BODY;
            }
        }
    }
    CHECK(found > 1000);
    CHECK_EQUAL(unsound, 0);
}

void fuzz_tests(void)
{
    test_datagrams();
    test_stream();
}
