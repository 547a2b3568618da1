/* SPDX-License-Identifier: MIT */
#include "person-tracker.h"

#include "fixture.h"

static struct {
    struct fixture bench; /* its clock and what was sent; the sensor is ours */
    struct person_tracker tracker;
    struct person_tracker_port port;
    enum person_sight sight;
    struct person_position at;
} self;

static enum person_sight look(void *context, struct person_position *at)
{
    (void)context;
    *at = self.at;
    return self.sight;
}

static uint32_t clock_ms(void)
{
    return self.bench.now_ms;
}

static void start(uint32_t now_ms)
{
    fixture_start(&self.bench, now_ms, 0);
    self.sight = PERSON_SEEN;
    self.at = (struct person_position){2000, -1000};
    self.port = (struct person_tracker_port){.look = look, .clock = clock_ms};
    person_tracker_start(&self.tracker, &self.port, &self.bench.sensor);
    board_start(&self.bench.board, &self.bench.port, &self.bench.sensor, 0, now_ms);
}

static void read(struct frame_value *values, int count)
{
    CHECK_EQUAL(self.bench.sensor.read(self.bench.sensor.context, values), count);
}

void person_tracker_tests(void)
{
    struct frame_value values[SENSOR_VALUES_MAX];
    uint32_t wait_ms = 0;

    test_begin("a person tracker says where somebody is, and how fast this one walks, across the clock's wrap");
    start(UINT32_MAX - 50);
    read(values, 4);
    CHECK_EQUAL(values[0].milli, 2000000);
    CHECK_EQUAL(values[1].milli, -1000000);
    CHECK_EQUAL(values[2].milli, 0);
    self.bench.now_ms += 100;
    self.at = (struct person_position){1900, -950};
    read(values, 4);
    CHECK_EQUAL(values[2].quantity, PERSON_VELOCITY_X);
    CHECK_EQUAL(values[2].milli, -1000);
    CHECK_EQUAL(values[3].milli, 500);

    test_begin("whoever is too far from where the last one was is somebody else, and has no speed yet");
    self.bench.now_ms += 100;
    self.at = (struct person_position){-9000, 0};
    read(values, 4);
    CHECK_EQUAL(values[0].milli, -9000000);
    CHECK_EQUAL(values[2].milli, 0);

    test_begin("nobody in view is both coordinates at the end of the range; no picture is no reading");
    self.sight = PERSON_NOBODY;
    read(values, 4);
    CHECK_EQUAL(values[0].milli, PERSON_RANGE_MM * 1000);
    CHECK_EQUAL(values[1].milli, PERSON_RANGE_MM * 1000);
    self.sight = PERSON_E_CAMERA;
    CHECK_EQUAL(self.bench.sensor.read(self.bench.sensor.context, values), PERSON_E_CAMERA);

    test_begin("a person tracker is due ten times a second, and takes no parameter of its own");
    start(7);
    const struct control *control = self.bench.sensor.control;
    CHECK(!control->poll(control->context, 7, &wait_ms));
    CHECK_EQUAL(wait_ms, PERSON_FRAME_MS);
    CHECK(control->poll(control->context, 107, &wait_ms));
    CHECK(!control->poll(control->context, 108, &wait_ms));
    CHECK_EQUAL(wait_ms, PERSON_FRAME_MS - 1);
    CHECK_EQUAL(control->set(control->context, 108, FRAME_OWN_SETTINGS, 1), FRAME_CODE_UNKNOWN_PARAMETER);
}
