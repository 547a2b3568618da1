/* SPDX-License-Identifier: MIT */
#include "person-tracker.h"

#define MILLI INT32_C(1000)
#define HALF_RANGE 0x80000000u

static bool is_in_view(const struct person_position *at)
{
    return at->x_mm > -PERSON_RANGE_MM && at->x_mm < PERSON_RANGE_MM && at->y_mm > -PERSON_RANGE_MM && at->y_mm < PERSON_RANGE_MM;
}

/* At most 60000 * 1000: fits. */
static int32_t speed_mm_s(int32_t from_mm, int32_t to_mm, uint32_t elapsed_ms)
{
    return (to_mm - from_mm) * MILLI / (int32_t)elapsed_ms;
}

static bool is_possible(int32_t mm_s)
{
    return mm_s >= -PERSON_SPEED_MAX_MM_S && mm_s <= PERSON_SPEED_MAX_MM_S;
}

static void follow(struct person_tracker *self, const struct person_position *at, uint32_t now_ms)
{
    uint32_t elapsed_ms = now_ms - self->seen_at_ms;
    bool is_next = self->was_seen && elapsed_ms > 0 && elapsed_ms <= PERSON_SIGHT_MAX_MS;
    int32_t x = is_next ? speed_mm_s(self->last.x_mm, at->x_mm, elapsed_ms) : 0;
    int32_t y = is_next ? speed_mm_s(self->last.y_mm, at->y_mm, elapsed_ms) : 0;
    bool is_same = is_possible(x) && is_possible(y);

    self->velocity_x_mm_s = is_same ? x : 0;
    self->velocity_y_mm_s = is_same ? y : 0;
    self->last = *at;
    self->seen_at_ms = now_ms;
    self->was_seen = true;
}

static int read_values(void *context, struct frame_value *values)
{
    struct person_tracker *self = context;
    struct person_position at = {PERSON_RANGE_MM, PERSON_RANGE_MM};

    enum person_sight sight = self->port->look(self->port->context, &at);
    if (sight < 0) {
        return sight;
    }
    bool is_seen = sight == PERSON_SEEN && is_in_view(&at);
    if (is_seen) {
        follow(self, &at, self->port->clock());
    } else {
        self->was_seen = false;
    }
    values[0] = (struct frame_value){.quantity = PERSON_X, .milli = (is_seen ? at.x_mm : PERSON_RANGE_MM) * MILLI};
    values[1] = (struct frame_value){.quantity = PERSON_Y, .milli = (is_seen ? at.y_mm : PERSON_RANGE_MM) * MILLI};
    values[2] = (struct frame_value){.quantity = PERSON_VELOCITY_X, .milli = is_seen ? self->velocity_x_mm_s : 0};
    values[3] = (struct frame_value){.quantity = PERSON_VELOCITY_Y, .milli = is_seen ? self->velocity_y_mm_s : 0};
    return 4;
}

static uint8_t set(void *context, uint32_t now_ms, uint8_t parameter, int32_t value)
{
    (void)context;
    (void)now_ms;
    (void)parameter;
    (void)value;
    return FRAME_CODE_UNKNOWN_PARAMETER;
}

static void reset(void *context)
{
    struct person_tracker *self = context;

    self->was_seen = false;
    self->next_frame_ms = self->port->clock() + PERSON_FRAME_MS;
}

static bool poll(void *context, uint32_t now_ms, uint32_t *wait_ms)
{
    struct person_tracker *self = context;
    /* Unsigned difference: right across the wrap. */
    bool is_due = now_ms - self->next_frame_ms < HALF_RANGE;

    if (is_due) {
        self->next_frame_ms = now_ms + PERSON_FRAME_MS;
    }
    *wait_ms = self->next_frame_ms - now_ms;
    return is_due;
}

void person_tracker_start(struct person_tracker *self, const struct person_tracker_port *port, struct sensor *sensor)
{
    self->port = port;
    self->was_seen = false;
    self->control.set = set;
    self->control.reset = reset;
    self->control.poll = poll;
    self->control.context = self;
    sensor->read = read_values;
    sensor->context = self;
    sensor->warmup_ms = 0;
    sensor->interval_min_ms = PERSON_INTERVAL_MIN_MS;
    sensor->control = &self->control;
}
