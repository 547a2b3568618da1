/* SPDX-License-Identifier: MIT */
#include "fixture.h"

static struct fixture bench;

static void check_error(struct frame answer, uint16_t sequence, uint8_t code)
{
    CHECK_EQUAL(answer.type, FRAME_ERROR);
    CHECK_EQUAL(answer.sequence, sequence);
    CHECK_EQUAL(answer.body.code, code);
}

static void check_ack(struct frame answer, uint16_t sequence)
{
    CHECK_EQUAL(answer.type, FRAME_ACK);
    CHECK_EQUAL(answer.sequence, sequence);
}

static void test_interval(void)
{
    test_begin("a set of the sampling interval is acknowledged and holds from the next sample on");
    fixture_start(&bench, 0, 0);
    fixture_pass(&bench, 500);
    check_ack(fixture_set(&bench, &fixture_driver, 40, FRAME_SAMPLING_INTERVAL, 5000), 40);
    fixture_pass(&bench, 4499);
    CHECK_EQUAL(bench.reads, 1);
    fixture_pass(&bench, 1);
    CHECK_EQUAL(bench.reads, 2);
    fixture_pass(&bench, 5000);
    CHECK_EQUAL(bench.reads, 3);

    test_begin("a shorter interval whose time is over samples at once, and never twice within a second");
    fixture_pass(&bench, 3000);
    check_ack(fixture_set(&bench, &fixture_driver, 41, FRAME_SAMPLING_INTERVAL, 1000), 41);
    fixture_pass(&bench, 1);
    CHECK_EQUAL(bench.reads, 4);
    for (unsigned i = 0; i < 100; i++) {
        fixture_clear(&bench);
        fixture_set(&bench, &fixture_driver, (uint16_t)(50 + i), FRAME_SAMPLING_INTERVAL, 1000 + (int32_t)(i % 2));
        fixture_pass(&bench, 37);
    }
    CHECK(bench.shortest_pause_ms >= 1000);

    test_begin("an interval outside 1 s ... 1 h is refused with code 4 and changes nothing");
    fixture_start(&bench, 0, 0);
    const int32_t refused[] = {INT32_MIN, -1000, 0, 999, 3600001, INT32_MAX};
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        check_error(fixture_set(&bench, &fixture_driver, 42, FRAME_SAMPLING_INTERVAL, refused[i]), 42, FRAME_CODE_OUT_OF_RANGE);
    }
    CHECK_EQUAL(bench.board.interval_ms, BOARD_INTERVAL_DEFAULT_MS);
    CHECK_EQUAL(bench.board.counters.sets, 0);

    test_begin("a sensor slower than a second sets the least interval");
    bench.sensor.interval_min_ms = 2000;
    board_start(&bench.board, &bench.port, &bench.sensor, 1000, 0);
    CHECK_EQUAL(bench.board.interval_ms, 2000);
    check_error(fixture_set(&bench, &fixture_driver, 43, FRAME_SAMPLING_INTERVAL, 1999), 43, FRAME_CODE_OUT_OF_RANGE);
    check_ack(fixture_set(&bench, &fixture_driver, 44, FRAME_SAMPLING_INTERVAL, 2000), 44);
}

static void test_refusals(void)
{
    test_begin("an unknown parameter is refused with code 3");
    fixture_start(&bench, 0, 0);
    for (unsigned parameter = 3; parameter < 256; parameter++) {
        fixture_clear(&bench);
        check_error(fixture_set(&bench, &fixture_driver, 1, (uint8_t)parameter, 0), 1, FRAME_CODE_UNKNOWN_PARAMETER);
    }

    test_begin("a threshold outside -40 ... 125 degrees is refused with code 4, its ends and off are taken");
    fixture_start(&bench, 0, 0);
    check_error(fixture_set(&bench, &fixture_driver, 2, FRAME_THRESHOLD, -40001), 2, FRAME_CODE_OUT_OF_RANGE);
    check_error(fixture_set(&bench, &fixture_driver, 3, FRAME_THRESHOLD, 125001), 3, FRAME_CODE_OUT_OF_RANGE);
    check_ack(fixture_set(&bench, &fixture_driver, 4, FRAME_THRESHOLD, -40000), 4);
    check_ack(fixture_set(&bench, &fixture_driver, 5, FRAME_THRESHOLD, 125000), 5);
    check_ack(fixture_set(&bench, &fixture_driver, 6, FRAME_THRESHOLD, FRAME_THRESHOLD_OFF), 6);

    test_begin("a reset with another value than 0 is refused with code 4");
    fixture_pass(&bench, 100);
    check_error(fixture_set(&bench, &fixture_driver, 7, FRAME_RESET, 1), 7, FRAME_CODE_OUT_OF_RANGE);
    CHECK_EQUAL(fixture_query(&bench, &fixture_driver, 8).body.reading.uptime_ms, 100);
}

static void test_repeats(void)
{
    test_begin("a set repeated with its sequence is acknowledged again and carried out once");
    fixture_start(&bench, 0, 0);
    check_ack(fixture_set(&bench, &fixture_driver, 9, FRAME_RESET, 0), 9);
    fixture_pass(&bench, 300);
    check_ack(fixture_set(&bench, &fixture_driver, 9, FRAME_RESET, 0), 9);
    CHECK_EQUAL(fixture_query(&bench, &fixture_driver, 10).body.reading.uptime_ms, 300);

    test_begin("a late repeat does not undo a newer set");
    check_ack(fixture_set(&bench, &fixture_driver, 11, FRAME_SAMPLING_INTERVAL, 2000), 11);
    check_ack(fixture_set(&bench, &fixture_driver, 12, FRAME_SAMPLING_INTERVAL, 3000), 12);
    check_ack(fixture_set(&bench, &fixture_driver, 11, FRAME_SAMPLING_INTERVAL, 2000), 11);
    CHECK_EQUAL(bench.board.interval_ms, 3000);

    test_begin("the same sequence from another sender, or with another value, is another set");
    check_ack(fixture_set(&bench, &fixture_other, 12, FRAME_SAMPLING_INTERVAL, 4000), 12);
    CHECK_EQUAL(bench.board.interval_ms, 4000);
    check_ack(fixture_set(&bench, &fixture_driver, 12, FRAME_SAMPLING_INTERVAL, 5000), 12);
    CHECK_EQUAL(bench.board.interval_ms, 5000);

    test_begin("after 10 s the same set counts as a new one: sequences come round");
    fixture_start(&bench, 0, 0);
    check_ack(fixture_set(&bench, &fixture_driver, 9, FRAME_RESET, 0), 9);
    fixture_pass(&bench, REPEATS_LIFETIME_MS - 1);
    check_ack(fixture_set(&bench, &fixture_driver, 9, FRAME_RESET, 0), 9);
    CHECK_EQUAL(fixture_query(&bench, &fixture_driver, 1).body.reading.uptime_ms, REPEATS_LIFETIME_MS - 1);
    fixture_pass(&bench, 1);
    check_ack(fixture_set(&bench, &fixture_driver, 9, FRAME_RESET, 0), 9);
    CHECK_EQUAL(fixture_query(&bench, &fixture_driver, 1).body.reading.uptime_ms, 0);

    test_begin("a set that was refused is judged anew when it is repeated");
    check_error(fixture_set(&bench, &fixture_driver, 20, 99, 0), 20, FRAME_CODE_UNKNOWN_PARAMETER);
    check_error(fixture_set(&bench, &fixture_driver, 20, 99, 0), 20, FRAME_CODE_UNKNOWN_PARAMETER);
}

static void test_reset(void)
{
    struct frame answer;

    test_begin("a reset is acknowledged, restarts the uptime and brings the parameters back to their defaults");
    fixture_start(&bench, 0, 0);
    check_ack(fixture_set(&bench, &fixture_driver, 1, FRAME_SAMPLING_INTERVAL, 60000), 1);
    check_ack(fixture_set(&bench, &fixture_driver, 2, FRAME_THRESHOLD, 10000), 2);
    fixture_pass(&bench, 4000);
    check_ack(fixture_set(&bench, &fixture_driver, 3, FRAME_RESET, 0), 3);
    CHECK_EQUAL(bench.board.interval_ms, BOARD_INTERVAL_DEFAULT_MS);
    CHECK_EQUAL(bench.board.threshold.limit_milli, THRESHOLD_OFF);
    CHECK_EQUAL(bench.board.counters.sets, 0);
    CHECK(!bench.board.has_querier);

    test_begin("right after a reset a query still gets the last sample, older than the uptime");
    answer = fixture_query(&bench, &fixture_driver, 4);
    CHECK_EQUAL(answer.type, FRAME_READING);
    CHECK_EQUAL(answer.body.reading.uptime_ms, 0);
    CHECK_EQUAL(answer.body.reading.age_ms, 4000);
    fixture_pass(&bench, 1);
    CHECK_EQUAL(fixture_query(&bench, &fixture_driver, 5).body.reading.age_ms, 1);

    test_begin("resets at any pace do not read the sensor oftener than once a second");
    for (unsigned i = 0; i < 200; i++) {
        fixture_clear(&bench);
        check_ack(fixture_set(&bench, &fixture_driver, (uint16_t)(100 + i), FRAME_RESET, 0), (uint16_t)(100 + i));
        fixture_pass(&bench, 110);
    }
    CHECK_EQUAL(bench.shortest_pause_ms, 1000);
    CHECK(bench.reads > 20);
}

void board_set_tests(void)
{
    test_interval();
    test_refusals();
    test_repeats();
    test_reset();
}
