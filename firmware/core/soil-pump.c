/* SPDX-License-Identifier: MIT */
#include "soil-pump.h"

#define WHOLE_MILLI 100000
#define MILLI INT32_C(1000)

static int32_t clamped(int32_t value, int32_t low, int32_t high)
{
    return value < low ? low : value > high ? high : value;
}

int soil_milli_of_count(int count, int32_t dry, int32_t wet, int32_t *milli)
{
    if (count > SOIL_OPEN_COUNT) {
        return SOIL_E_OPEN;
    }
    if (count < SOIL_SHORT_COUNT) {
        return SOIL_E_SHORT;
    }
    /* At most 4095 * 100000: fits. */
    *milli = clamped((dry - count) * (int32_t)WHOLE_MILLI / (dry - wet), 0, WHOLE_MILLI);
    return 0;
}

int32_t battery_milli_of_millivolt(int millivolt)
{
    int32_t above = clamped(millivolt, CELL_EMPTY_MILLIVOLT, CELL_FULL_MILLIVOLT) - CELL_EMPTY_MILLIVOLT;

    return above * (int32_t)WHOLE_MILLI / (CELL_FULL_MILLIVOLT - CELL_EMPTY_MILLIVOLT);
}

static int32_t remaining_ms(const struct soil_pump *self, uint32_t now_ms)
{
    uint32_t left_ms = self->stop_at_ms - now_ms;

    return self->is_running && left_ms <= (uint32_t)PUMP_RUN_MAX_MS ? (int32_t)left_ms : 0;
}

static int read_values(void *context, struct frame_value *values)
{
    struct soil_pump *self = context;
    const struct soil_pump_port *port = self->port;
    int32_t moisture = 0;

    int fault = soil_milli_of_count(port->measure_probe(port->context), self->dry, self->wet, &moisture);
    if (fault != 0) {
        return fault;
    }
    values[0].quantity = FRAME_SOIL_MOISTURE;
    values[0].milli = moisture;
    values[1].quantity = FRAME_BATTERY;
    values[1].milli = battery_milli_of_millivolt(port->measure_millivolt(port->context));
    values[2].quantity = SOIL_PUMP_RUNNING;
    values[2].milli = remaining_ms(self, port->clock());
    return 3;
}

static void switch_pump(struct soil_pump *self, bool is_on)
{
    self->is_running = is_on;
    self->port->drive(self->port->context, is_on);
}

static bool is_within(int32_t value, int32_t low, int32_t high)
{
    return value >= low && value <= high;
}

static uint8_t set(void *context, uint32_t now_ms, uint8_t parameter, int32_t value)
{
    struct soil_pump *self = context;
    bool is_valid = false;

    switch (parameter) {
    case SOIL_PUMP_DRY:
        is_valid = is_within(value, SOIL_DRY_MIN * MILLI, SOIL_COUNT_MAX * MILLI);
        self->dry = is_valid ? value / MILLI : self->dry;
        break;
    case SOIL_PUMP_WET:
        is_valid = is_within(value, 0, SOIL_WET_MAX * MILLI);
        self->wet = is_valid ? value / MILLI : self->wet;
        break;
    case SOIL_PUMP_RUN:
        is_valid = is_within(value, 0, PUMP_RUN_MAX_MS);
        if (is_valid) {
            self->stop_at_ms = now_ms + (uint32_t)value;
            switch_pump(self, value > 0);
        }
        break;
    default:
        return FRAME_CODE_UNKNOWN_PARAMETER;
    }
    return is_valid ? 0 : FRAME_CODE_OUT_OF_RANGE;
}

static void reset(void *context)
{
    struct soil_pump *self = context;

    self->dry = SOIL_DRY_DEFAULT;
    self->wet = SOIL_WET_DEFAULT;
    switch_pump(self, false);
}

static bool poll(void *context, uint32_t now_ms, uint32_t *wait_ms)
{
    struct soil_pump *self = context;

    if (!self->is_running) {
        return false;
    }
    *wait_ms = (uint32_t)remaining_ms(self, now_ms);
    if (*wait_ms > 0) {
        return false;
    }
    *wait_ms = UINT32_MAX;
    switch_pump(self, false);
    return true;
}

void soil_pump_start(struct soil_pump *self, const struct soil_pump_port *port, struct sensor *sensor)
{
    self->port = port;
    self->is_running = false;
    self->control.set = set;
    self->control.reset = reset;
    self->control.poll = poll;
    self->control.context = self;
    sensor->read = read_values;
    sensor->context = self;
    sensor->warmup_ms = 0;
    sensor->interval_min_ms = SOIL_INTERVAL_MIN_MS;
    sensor->control = &self->control;
}
