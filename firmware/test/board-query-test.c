/* SPDX-License-Identifier: MIT */
#include "fixture.h"

static struct fixture bench;

static void test_queries(void)
{
    struct frame answer;

    test_begin("a query before the first sample is answered with a sensor fault");
    fixture_start(&bench, 5000, 1000);
    fixture_pass(&bench, 999);
    answer = fixture_query(&bench, &fixture_driver, 7);
    CHECK_EQUAL(answer.type, FRAME_ERROR);
    CHECK_EQUAL(answer.sequence, 7);
    CHECK_EQUAL(answer.body.code, FRAME_CODE_SENSOR_FAULT);

    test_begin("a query is answered with the last sample, its age, the uptime and the query's sequence");
    fixture_pass(&bench, 1);
    fixture_pass(&bench, 420);
    answer = fixture_query(&bench, &fixture_driver, 0xffff);
    CHECK_EQUAL(answer.type, FRAME_READING);
    CHECK_EQUAL(answer.sequence, 0xffff);
    CHECK_EQUAL(answer.body.reading.uptime_ms, 1420);
    CHECK_EQUAL(answer.body.reading.age_ms, 420);
    CHECK_EQUAL(answer.body.reading.count, 2);
    CHECK_EQUAL(answer.body.reading.values[0].quantity, FRAME_TEMPERATURE);
    CHECK_EQUAL(answer.body.reading.values[0].milli, 21000);
    CHECK_EQUAL(answer.body.reading.values[1].quantity, FRAME_HUMIDITY);
    CHECK_EQUAL(answer.body.reading.values[1].milli, 45000);

    test_begin("a thousand queries in a second read the sensor no oftener than once a second");
    fixture_start(&bench, 0, 0);
    for (unsigned i = 0; i < 1000; i++) {
        fixture_clear(&bench);
        CHECK_EQUAL(fixture_query(&bench, &fixture_driver, (uint16_t)i).type, i == 0 ? FRAME_ERROR : FRAME_READING);
        fixture_pass(&bench, 1);
    }
    CHECK_EQUAL(bench.reads, 2); /* at 0 and at 1000 ms */
    CHECK_EQUAL(bench.shortest_pause_ms, 1000);
}

static void test_faults(void)
{
    struct frame answer;

    test_begin("a sensor that fails later leaves the last sample, and its age grows");
    fixture_start(&bench, 0, 0);
    fixture_pass(&bench, 10);
    bench.sensor_result = -3;
    fixture_pass(&bench, 60000);
    answer = fixture_query(&bench, &fixture_driver, 1);
    CHECK_EQUAL(answer.type, FRAME_READING);
    CHECK_EQUAL(answer.body.reading.age_ms, 60010);
    CHECK_EQUAL(bench.board.counters.sensor_faults, 60);

    test_begin("a failed sensor is read again a second later, however long the interval");
    fixture_start(&bench, 0, 0);
    bench.sensor_result = -1;
    CHECK_EQUAL(fixture_set(&bench, &fixture_driver, 1, FRAME_SAMPLING_INTERVAL, 3600000).type, FRAME_ACK);
    fixture_pass(&bench, 5000);
    CHECK_EQUAL(bench.reads, 6);
    bench.sensor_result = 0;
    fixture_pass(&bench, 1000);
    CHECK_EQUAL(fixture_query(&bench, &fixture_driver, 2).type, FRAME_READING);
    fixture_pass(&bench, 3599999);
    CHECK_EQUAL(bench.reads, 7);
}

static void test_clock(void)
{
    struct frame answer;

    test_begin("sampling and ages go on across the wrap of the clock");
    fixture_start(&bench, 0xffffffffu - 5300u, 0);
    fixture_pass(&bench, 10700);
    CHECK_EQUAL(bench.reads, 11);
    CHECK_EQUAL(bench.shortest_pause_ms, 1000);
    answer = fixture_query(&bench, &fixture_driver, 1);
    CHECK_EQUAL(answer.body.reading.uptime_ms, 10700);
    CHECK_EQUAL(answer.body.reading.age_ms, 700);

    test_begin("an age that outgrows the clock stays at its end and does not begin anew");
    fixture_start(&bench, 0, 0);
    fixture_pass(&bench, 0);
    bench.sensor_result = -1;
    for (unsigned weeks = 0; weeks < 20; weeks++) {
        for (unsigned hours = 0; hours < 7 * 24; hours++) { /* a port polls; the sensor is tried once an hour here */
            bench.now_ms += 3600000u;
            (void)board_poll(&bench.board, bench.now_ms);
        }
        answer = fixture_query(&bench, &fixture_driver, (uint16_t)weeks);
        uint64_t age_ms = (uint64_t)(weeks + 1) * 7 * 24 * 3600000u;
        CHECK_EQUAL(answer.body.reading.age_ms, age_ms < 0x80000000u ? age_ms : UINT32_MAX);
    }

    test_begin("a board that was asleep for a day takes one sample, not those it missed");
    fixture_start(&bench, 0, 0);
    fixture_pass(&bench, 0);
    bench.now_ms += 86400000u;
    CHECK_EQUAL(board_poll(&bench.board, bench.now_ms), 1000);
    CHECK_EQUAL(bench.reads, 2);
}

static void test_malformed(void)
{
    test_begin("every malformed vector is counted once, and answered as the vector says");
    for (size_t i = 0; i < COUNT_OF(malformed_vectors); i++) {
        const struct malformed_vector *vector = &malformed_vectors[i];
        struct frame wanted;
        fixture_start(&bench, 0, 0);
        test_vector(vector->name);
        struct frame answer = fixture_datagram(&bench, &fixture_driver, vector->bytes, vector->length);
        CHECK_EQUAL(bench.board.counters.malformed[-vector->fault - 1], 1);
        CHECK_EQUAL(bench.sent, vector->answer_length > 0 ? 1 : 0);
        if (vector->answer_length > 0) {
            CHECK_EQUAL(frame_decode(&wanted, vector->answer, vector->answer_length), 0);
            CHECK(test_same_frame(&answer, &wanted));
        }
        CHECK(!bench.board.has_querier);
    }

    test_begin("what only boards send is counted and not answered");
    fixture_start(&bench, 0, 0);
    unsigned unexpected = 0;
    for (size_t i = 0; i < COUNT_OF(sound_vectors); i++) {
        const struct sound_vector *vector = &sound_vectors[i];
        if (vector->frame.type != FRAME_QUERY && vector->frame.type != FRAME_SET) {
            (void)fixture_datagram(&bench, &fixture_driver, vector->bytes, vector->length);
            unexpected++;
        }
    }
    CHECK_EQUAL(bench.sent, 0);
    CHECK_EQUAL(bench.board.counters.unexpected, unexpected);

    test_begin("a flood of malformed requests is answered 8 times a second and counted in full");
    fixture_start(&bench, 0, 0);
    for (unsigned i = 0; i < 10000; i++) {
        const struct malformed_vector *vector = &malformed_vectors[COUNT_OF(malformed_vectors) - 1];
        for (size_t v = 0; v < COUNT_OF(malformed_vectors); v++) {
            vector = malformed_vectors[v].fault == FRAME_E_UNKNOWN_TYPE ? &malformed_vectors[v] : vector;
        }
        (void)fixture_datagram(&bench, &fixture_other, vector->bytes, vector->length);
        bench.now_ms = i / 4; /* 2.5 s in all */
    }
    CHECK_EQUAL(bench.sent, 3 * COMPLAINTS_MAX);
    CHECK_EQUAL(bench.board.counters.malformed[-FRAME_E_UNKNOWN_TYPE - 1], 10000);
    fixture_clear(&bench);
    fixture_pass(&bench, 1);
    CHECK_EQUAL(fixture_query(&bench, &fixture_driver, 1).type, FRAME_READING);
}

void board_query_tests(void)
{
    test_queries();
    test_faults();
    test_clock();
    test_malformed();
}
