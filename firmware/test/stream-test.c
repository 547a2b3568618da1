/* SPDX-License-Identifier: MIT */
#include "stream.h"
#include "test.h"

static const struct sound_vector *vector_named(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(sound_vectors); i++) {
        if (strcmp(sound_vectors[i].name, name) == 0) {
            return &sound_vectors[i];
        }
    }
    CHECK(!"a vector of this name");
    return &sound_vectors[0];
}

/* Pushes bytes at one time; returns how many frames came out, the last one's sequence in `sequence`. */
static unsigned push_all(struct stream *stream, uint32_t now_ms, const uint8_t *bytes, size_t length, uint16_t *sequence)
{
    unsigned found = 0;
    struct frame frame;

    for (size_t i = 0; i < length; i++) {
        for (size_t size = stream_push(stream, now_ms, bytes[i]); size > 0; size = stream_next(stream)) {
            CHECK_EQUAL(frame_decode(&frame, stream->bytes, size), 0);
            *sequence = frame.sequence;
            found++;
        }
    }
    return found;
}

static void test_framing(void)
{
    struct stream stream;
    uint16_t sequence = 0;
    uint8_t bytes[2 * FRAME_MAX_BYTES];
    size_t length = 0;

    test_begin("every sound vector comes out of a stream whole, one after the other");
    stream_start(&stream);
    for (size_t i = 0; i < COUNT_OF(sound_vectors); i++) {
        test_vector(sound_vectors[i].name);
        CHECK_EQUAL(push_all(&stream, 0, sound_vectors[i].bytes, sound_vectors[i].length, &sequence), 1);
        CHECK_EQUAL(sequence, sound_vectors[i].frame.sequence);
    }
    CHECK_EQUAL(stream.skipped, 0);

    test_begin("a frame in two chunks is one frame");
    const struct sound_vector *set = vector_named("set-threshold");
    CHECK_EQUAL(push_all(&stream, 0, set->bytes, 7, &sequence), 0);
    CHECK_EQUAL(push_all(&stream, STREAM_PAUSE_MS, set->bytes + 7, set->length - 7, &sequence), 1);

    test_begin("noise before a frame is skipped and counted, a lone magic byte in it too");
    const uint8_t noise[] = {0x00, 0xf0, 0x55, 0xf0, 0x01, 0x01, 0x00, 0x01, 0x00, 0xff, 0xff};
    stream_start(&stream);
    CHECK_EQUAL(push_all(&stream, 0, noise, sizeof noise, &sequence), 0);
    CHECK_EQUAL(push_all(&stream, 0, set->bytes, set->length, &sequence), 1);
    CHECK_EQUAL(sequence, set->frame.sequence);
    CHECK_EQUAL(stream.skipped, sizeof noise);

    test_begin("after a frame with a bad checksum the frame behind it is found");
    memcpy(bytes, set->bytes, set->length);
    bytes[10] ^= 0x04;
    length = set->length;
    memcpy(bytes + length, vector_named("query-first")->bytes, 10);
    stream_start(&stream);
    CHECK_EQUAL(push_all(&stream, 0, bytes, length + 10, &sequence), 1);
    CHECK_EQUAL(sequence, 1);

    test_begin("two frames held back by one false start both come out");
    /* A header that claims 64 bytes swallows the 50 of the frames behind it until its checksum fails. */
    const uint8_t false_start[] = {0xf0, 0x01, 0x02, 0x00, 0x01, 0x00, 0x40, 0x00};
    memset(bytes, 0, sizeof bytes);
    memcpy(bytes, false_start, 8);
    memcpy(bytes + 8, vector_named("query-first")->bytes, 10);
    memcpy(bytes + 18, set->bytes, set->length);
    stream_start(&stream);
    CHECK_EQUAL(push_all(&stream, 0, bytes, FRAME_MAX_BYTES, &sequence), 2);
    CHECK_EQUAL(sequence, set->frame.sequence);
}

static void test_pauses(void)
{
    struct stream stream;
    uint16_t sequence = 0;
    const struct sound_vector *set = vector_named("set-threshold");
    const struct sound_vector *query = vector_named("query-first");
    struct frame frame;

    test_begin("the stump of a frame is forgotten after a pause, and the next frame is read");
    stream_start(&stream);
    CHECK_EQUAL(push_all(&stream, 0, set->bytes, 9, &sequence), 0);
    CHECK_EQUAL(push_all(&stream, STREAM_PAUSE_MS + 1, query->bytes, query->length, &sequence), 1);
    CHECK_EQUAL(sequence, 1);
    CHECK_EQUAL(stream.skipped, 9);

    test_begin("a whole frame behind a stump is found when the line has been idle");
    stream_start(&stream);
    CHECK_EQUAL(push_all(&stream, 0, set->bytes, 8, &sequence), 0);
    CHECK_EQUAL(push_all(&stream, 0, query->bytes, 4, &sequence), 0);
    CHECK_EQUAL(push_all(&stream, 1, query->bytes + 4, query->length - 4, &sequence), 1); /* the set's checksum failed by now */
    stream_start(&stream);
    const uint8_t claims_much[] = {0xf0, 0x01, 0x02, 0x00, 0x01, 0x00, 0x40, 0x00};
    CHECK_EQUAL(push_all(&stream, 0xffffffffu, claims_much, sizeof claims_much, &sequence), 0);
    CHECK_EQUAL(push_all(&stream, 0, query->bytes, query->length, &sequence), 0);
    CHECK_EQUAL(stream_idle(&stream, STREAM_PAUSE_MS), 0);
    CHECK_EQUAL(stream_idle(&stream, STREAM_PAUSE_MS + 1), query->length);
    CHECK_EQUAL(frame_decode(&frame, stream.bytes, query->length), 0);
    CHECK_EQUAL(stream_idle(&stream, STREAM_PAUSE_MS + 2), 0);
    CHECK_EQUAL(stream.length, 0);
}

void stream_tests(void)
{
    test_framing();
    test_pauses();
}
