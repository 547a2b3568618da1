/* SPDX-License-Identifier: MIT */
#include "soil-pump.h"

#include "fixture.h"

static struct {
    struct fixture bench; /* its clock and what was sent; the sensor is ours */
    struct soil_pump soil_pump;
    struct soil_pump_port port;
    int count;
    int millivolt;
    bool is_on;
    unsigned switched;
} self;

static int measure_probe(void *context)
{
    (void)context;
    return self.count;
}

static int measure_millivolt(void *context)
{
    (void)context;
    return self.millivolt;
}

static void drive(void *context, bool is_on)
{
    (void)context;
    self.switched += self.is_on != is_on;
    self.is_on = is_on;
}

static uint32_t clock_ms(void)
{
    return self.bench.now_ms;
}

static void start(uint32_t now_ms)
{
    fixture_start(&self.bench, now_ms, 0);
    self.count = 2000;
    self.millivolt = 3725;
    self.is_on = true; /* as a pin may be at power-up */
    self.port = (struct soil_pump_port){.measure_probe = measure_probe, .measure_millivolt = measure_millivolt, .drive = drive, .clock = clock_ms};
    soil_pump_start(&self.soil_pump, &self.port, &self.bench.sensor);
    board_start(&self.bench.board, &self.bench.port, &self.bench.sensor, 0, now_ms);
    self.switched = 0;
    fixture_pass(&self.bench, 1);
}

static struct frame tell(uint16_t sequence, uint8_t parameter, int32_t value)
{
    fixture_clear(&self.bench); /* it keeps a few frames only */
    struct frame answer = fixture_set(&self.bench, &fixture_driver, sequence, parameter, value);

    fixture_pass(&self.bench, SOIL_INTERVAL_MIN_MS);
    return answer;
}

static struct frame_reading ask(void)
{
    struct frame answer = fixture_query(&self.bench, &fixture_driver, 900);

    CHECK_EQUAL(answer.type, FRAME_READING);
    CHECK_EQUAL(answer.body.reading.count, 3);
    return answer.body.reading;
}

static void test_probe(void)
{
    int32_t milli = 0, before = INT32_MAX;

    test_begin("soil moisture is 100 % at the wet count, 0 % at the dry one, and falls between them");
    for (int count = SOIL_SHORT_COUNT; count <= SOIL_OPEN_COUNT; count++) {
        CHECK_EQUAL(soil_milli_of_count(count, SOIL_DRY_DEFAULT, SOIL_WET_DEFAULT, &milli), 0);
        CHECK(milli >= 0 && milli <= 100000 && milli <= before);
        CHECK(count > SOIL_WET_DEFAULT || milli == 100000);
        CHECK(count < SOIL_DRY_DEFAULT || milli == 0);
        before = milli;
    }
    CHECK_EQUAL(soil_milli_of_count(2000, SOIL_DRY_DEFAULT, SOIL_WET_DEFAULT, &milli), 0);
    CHECK_EQUAL(milli, 50000);

    test_begin("a probe that is not there, or shorted, gives no value");
    milli = 12345;
    CHECK_EQUAL(soil_milli_of_count(SOIL_OPEN_COUNT + 1, SOIL_DRY_DEFAULT, SOIL_WET_DEFAULT, &milli), SOIL_E_OPEN);
    CHECK_EQUAL(soil_milli_of_count(SOIL_SHORT_COUNT - 1, SOIL_DRY_DEFAULT, SOIL_WET_DEFAULT, &milli), SOIL_E_SHORT);
    CHECK_EQUAL(milli, 12345);

    test_begin("the battery is between empty and full, whatever is measured");
    CHECK_EQUAL(battery_milli_of_millivolt(0), 0);
    CHECK_EQUAL(battery_milli_of_millivolt(CELL_EMPTY_MILLIVOLT), 0);
    CHECK_EQUAL(battery_milli_of_millivolt(3725), 50000);
    CHECK_EQUAL(battery_milli_of_millivolt(CELL_FULL_MILLIVOLT), 100000);
    CHECK_EQUAL(battery_milli_of_millivolt(9000), 100000);
}

static void test_calibration(void)
{
    test_begin("a calibration shows in the next answer, and is gone after a reset");
    start(0);
    CHECK_EQUAL(ask().values[0].milli, 50000);
    CHECK_EQUAL(tell(1, SOIL_PUMP_DRY, 3000000).type, FRAME_ACK);
    CHECK_EQUAL(tell(2, SOIL_PUMP_WET, 1000000).type, FRAME_ACK);
    self.count = 1500;
    fixture_pass(&self.bench, 1000);
    CHECK_EQUAL(ask().values[0].milli, 75000);
    CHECK_EQUAL(tell(3, FRAME_RESET, 0).type, FRAME_ACK);
    fixture_pass(&self.bench, 1000);
    CHECK_EQUAL(ask().values[0].milli, 81250);

    test_begin("counts out of range and parameters it does not have are refused and change nothing");
    const struct frame_set refused[] = {
        {SOIL_PUMP_DRY, 2047999}, {SOIL_PUMP_DRY, 4095001}, {SOIL_PUMP_WET, -1},         {SOIL_PUMP_WET, 1948001},
        {SOIL_PUMP_RUN, -1},      {SOIL_PUMP_RUN, 600001},  {SOIL_PUMP_RUN, INT32_MIN},
    };
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        CHECK_EQUAL(tell((uint16_t)(10 + i), refused[i].parameter, refused[i].value).body.code, FRAME_CODE_OUT_OF_RANGE);
    }
    for (uint8_t parameter = 3; parameter < 255; parameter++) {
        if (parameter != SOIL_PUMP_DRY && parameter != SOIL_PUMP_WET && parameter != SOIL_PUMP_RUN) {
            CHECK_EQUAL(tell(40, parameter, 0).body.code, FRAME_CODE_UNKNOWN_PARAMETER);
        }
    }
    CHECK_EQUAL(self.soil_pump.dry, SOIL_DRY_DEFAULT);
    CHECK_EQUAL(self.soil_pump.wet, SOIL_WET_DEFAULT);
    CHECK(!self.is_on);
}

static void test_pump(void)
{
    test_begin("the pump is off from the start, runs for as long as it was told, also across the clock's wrap, and tells its end");
    start(UINT32_MAX - 2500);
    CHECK(!self.is_on);
    CHECK_EQUAL(ask().values[2].quantity, SOIL_PUMP_RUNNING);
    CHECK_EQUAL(fixture_set(&self.bench, &fixture_driver, 1, SOIL_PUMP_RUN, 5000).type, FRAME_ACK);
    CHECK(self.is_on);
    fixture_pass(&self.bench, 4900);
    CHECK(self.is_on);
    CHECK(ask().values[2].milli > 0 && ask().values[2].milli <= 1100);
    fixture_clear(&self.bench);
    fixture_pass(&self.bench, 100);
    CHECK(!self.is_on);
    fixture_pass(&self.bench, SOIL_INTERVAL_MIN_MS);
    CHECK_EQUAL(self.bench.sent, 1);
    CHECK_EQUAL(self.bench.frames[0].type, FRAME_PUSH);
    CHECK_EQUAL(self.bench.frames[0].body.reading.values[2].milli, 0);
    fixture_pass(&self.bench, 5000);
    CHECK_EQUAL(self.bench.sent, 1);

    test_begin("a set that is repeated does not run the pump anew, a new one does, and 0 stops it");
    start(0);
    CHECK_EQUAL(fixture_set(&self.bench, &fixture_driver, 1, SOIL_PUMP_RUN, 3000).type, FRAME_ACK);
    fixture_pass(&self.bench, 2000);
    CHECK_EQUAL(fixture_set(&self.bench, &fixture_driver, 1, SOIL_PUMP_RUN, 3000).type, FRAME_ACK);
    fixture_pass(&self.bench, 1000);
    CHECK(!self.is_on);
    CHECK_EQUAL(fixture_set(&self.bench, &fixture_driver, 2, SOIL_PUMP_RUN, 600000).type, FRAME_ACK);
    fixture_pass(&self.bench, 599999);
    CHECK(self.is_on);
    CHECK_EQUAL(fixture_set(&self.bench, &fixture_driver, 3, SOIL_PUMP_RUN, 0).type, FRAME_ACK);
    CHECK(!self.is_on);
    CHECK_EQUAL(self.switched, 4);

    test_begin("a reset stops the pump, and so does the end of its time while the probe is broken");
    CHECK_EQUAL(fixture_set(&self.bench, &fixture_driver, 4, SOIL_PUMP_RUN, 60000).type, FRAME_ACK);
    CHECK_EQUAL(fixture_set(&self.bench, &fixture_driver, 5, FRAME_RESET, 0).type, FRAME_ACK);
    CHECK(!self.is_on);
    self.count = SOIL_COUNT_MAX;
    CHECK_EQUAL(fixture_set(&self.bench, &fixture_driver, 6, SOIL_PUMP_RUN, 2000).type, FRAME_ACK);
    fixture_pass(&self.bench, 2000);
    CHECK(!self.is_on);
}

void soil_pump_tests(void)
{
    test_probe();
    test_calibration();
    test_pump();
}
