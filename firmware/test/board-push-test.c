/* SPDX-License-Identifier: MIT */
#include "fixture.h"

static struct fixture bench;

/* A board at 21 degrees with one query behind it and the threshold at `limit_milli`; what was sent is forgotten. */
static void start_with_threshold(int32_t limit_milli)
{
    fixture_start(&bench, 0, 0);
    fixture_pass(&bench, 1);
    CHECK_EQUAL(fixture_query(&bench, &fixture_driver, 1).type, FRAME_READING);
    CHECK_EQUAL(fixture_set(&bench, &fixture_driver, 2, FRAME_THRESHOLD, limit_milli).type, FRAME_ACK);
    fixture_clear(&bench);
}

/* Lets the next sample be `milli`; returns the number of pushes it made. */
static unsigned sample(int32_t milli)
{
    unsigned before = bench.sent;

    bench.temperature_milli = milli;
    fixture_pass(&bench, 1000);
    return bench.sent - before;
}

static void test_crossing(void)
{
    test_begin("a sample above the threshold is pushed to the last querier, fresh and whole");
    start_with_threshold(28000);
    CHECK_EQUAL(sample(28000), 0);
    CHECK_EQUAL(sample(29000), 1);
    const struct frame *push = &bench.frames[0];
    CHECK_EQUAL(push->type, FRAME_PUSH);
    CHECK_EQUAL(push->sequence, 1);
    CHECK_EQUAL(push->body.reading.age_ms, 0);
    CHECK_EQUAL(push->body.reading.uptime_ms, 2000);
    CHECK_EQUAL(push->body.reading.count, 2);
    CHECK_EQUAL(push->body.reading.values[0].milli, 29000);
    CHECK(memcmp(&bench.to[0], &fixture_driver, sizeof fixture_driver) == 0);

    test_begin("staying above is not pushed again, and neither is falling a little below");
    CHECK_EQUAL(sample(31000), 0);
    CHECK_EQUAL(sample(27900), 0);
    CHECK_EQUAL(sample(29000), 0);

    test_begin("falling below is not pushed; one degree below arms it again");
    CHECK_EQUAL(sample(27001), 0);
    CHECK_EQUAL(sample(29000), 0);
    CHECK_EQUAL(sample(27000), 0);
    CHECK_EQUAL(sample(28001), 1);
    CHECK_EQUAL(bench.frames[1].sequence, 2);

    test_begin("a temperature already above a new threshold is pushed with the next sample");
    start_with_threshold(20000);
    CHECK_EQUAL(bench.sent, 0);
    CHECK_EQUAL(sample(21000), 1);

    test_begin("the same threshold again does not push again, a changed one does");
    CHECK_EQUAL(fixture_set(&bench, &fixture_driver, 3, FRAME_THRESHOLD, 20000).type, FRAME_ACK);
    CHECK_EQUAL(sample(21000), 0);
    CHECK_EQUAL(fixture_set(&bench, &fixture_driver, 4, FRAME_THRESHOLD, 20500).type, FRAME_ACK);
    CHECK_EQUAL(sample(21000), 1);

    test_begin("a threshold that is off pushes nothing, from the start and after it was on");
    CHECK_EQUAL(fixture_set(&bench, &fixture_driver, 5, FRAME_THRESHOLD, FRAME_THRESHOLD_OFF).type, FRAME_ACK);
    CHECK_EQUAL(sample(50000), 0);
    fixture_start(&bench, 0, 0);
    fixture_pass(&bench, 1);
    CHECK_EQUAL(fixture_query(&bench, &fixture_driver, 1).type, FRAME_READING);
    CHECK_EQUAL(sample(INT32_MAX), 0);

    test_begin("a threshold at either end of its range neither overflows nor rings twice");
    start_with_threshold(-40000);
    CHECK_EQUAL(sample(INT32_MIN), 0);
    CHECK_EQUAL(sample(INT32_MAX), 1);
    CHECK_EQUAL(sample(INT32_MAX), 0);
}

static void test_querier(void)
{
    test_begin("without a querier a crossing waits, and is pushed to the first that comes");
    fixture_start(&bench, 0, 0);
    CHECK_EQUAL(fixture_set(&bench, &fixture_other, 1, FRAME_THRESHOLD, 25000).type, FRAME_ACK);
    CHECK_EQUAL(sample(30000), 0);
    CHECK_EQUAL(fixture_query(&bench, &fixture_driver, 2).type, FRAME_READING);
    CHECK_EQUAL(sample(30000), 1);
    CHECK(memcmp(&bench.to[bench.sent - 1], &fixture_driver, sizeof fixture_driver) == 0);

    test_begin("the last querier gets the push, not the one before and not the one that set the threshold");
    start_with_threshold(25000);
    CHECK_EQUAL(fixture_query(&bench, &fixture_other, 9).type, FRAME_READING);
    CHECK_EQUAL(fixture_set(&bench, &fixture_driver, 10, FRAME_THRESHOLD, 26000).type, FRAME_ACK);
    CHECK_EQUAL(sample(30000), 1);
    CHECK(memcmp(&bench.to[bench.sent - 1], &fixture_other, sizeof fixture_other) == 0);

    test_begin("after a reset nothing is pushed, and pushes count from 1 again");
    CHECK_EQUAL(fixture_set(&bench, &fixture_driver, 11, FRAME_RESET, 0).type, FRAME_ACK);
    CHECK_EQUAL(sample(40000), 0);
    CHECK_EQUAL(fixture_query(&bench, &fixture_driver, 12).type, FRAME_READING);
    CHECK_EQUAL(fixture_set(&bench, &fixture_driver, 13, FRAME_THRESHOLD, 26000).type, FRAME_ACK);
    CHECK_EQUAL(sample(40000), 1);
    CHECK_EQUAL(bench.frames[bench.sent - 1].sequence, 1);

    test_begin("a sample that fails pushes nothing");
    start_with_threshold(20000);
    bench.sensor_result = -3;
    CHECK_EQUAL(sample(30000), 0);
}

void board_push_tests(void)
{
    test_crossing();
    test_querier();
}
