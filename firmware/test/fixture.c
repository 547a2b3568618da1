/* SPDX-License-Identifier: MIT */
#include "fixture.h"

const struct peer fixture_driver = {.length = 6, .address = {127, 0, 0, 1, 0x10, 0x01}};
const struct peer fixture_other = {.length = 6, .address = {127, 0, 0, 1, 0x10, 0x02}};

static void capture(void *context, const struct peer *to, const uint8_t *bytes, uint8_t length)
{
    struct fixture *fixture = context;

    if (fixture->sent < FIXTURE_SENT_MAX) {
        CHECK_EQUAL(frame_decode(&fixture->frames[fixture->sent], bytes, length), 0);
        fixture->to[fixture->sent] = *to;
    }
    fixture->sent++;
}

static int scripted_read(void *context, struct frame_value *values)
{
    struct fixture *fixture = context;
    uint32_t pause_ms = fixture->now_ms - fixture->last_read_ms;

    if (fixture->reads > 0 && pause_ms < fixture->shortest_pause_ms) {
        fixture->shortest_pause_ms = pause_ms;
    }
    fixture->reads++;
    fixture->last_read_ms = fixture->now_ms;
    if (fixture->sensor_result < 0) {
        return fixture->sensor_result;
    }
    values[0].quantity = FRAME_TEMPERATURE;
    values[0].milli = fixture->temperature_milli;
    values[1].quantity = FRAME_HUMIDITY;
    values[1].milli = 45000;
    return 2;
}

void fixture_start(struct fixture *fixture, uint32_t now_ms, uint32_t warmup_ms)
{
    memset(fixture, 0, sizeof *fixture);
    fixture->now_ms = now_ms;
    fixture->temperature_milli = 21000;
    fixture->shortest_pause_ms = UINT32_MAX;
    fixture->port.send = capture;
    fixture->port.context = fixture;
    fixture->sensor.read = scripted_read;
    fixture->sensor.context = fixture;
    fixture->sensor.warmup_ms = warmup_ms;
    fixture->sensor.interval_min_ms = 1000;
    board_start(&fixture->board, &fixture->port, &fixture->sensor, 0, now_ms);
}

void fixture_pass(struct fixture *fixture, uint32_t ms)
{
    uint32_t end_ms = fixture->now_ms + ms;
    uint32_t wait_ms = board_poll(&fixture->board, fixture->now_ms);

    CHECK(wait_ms > 0);
    while (wait_ms > 0 && wait_ms <= end_ms - fixture->now_ms) {
        fixture->now_ms += wait_ms;
        wait_ms = board_poll(&fixture->board, fixture->now_ms);
    }
    fixture->now_ms = end_ms;
}

void fixture_clear(struct fixture *fixture)
{
    fixture->sent = 0;
}

struct frame fixture_datagram(struct fixture *fixture, const struct peer *from, const uint8_t *bytes, size_t length)
{
    static const struct frame none;
    unsigned before = fixture->sent;

    board_receive(&fixture->board, fixture->now_ms, from, bytes, length);
    if (fixture->sent != before + 1 || fixture->sent > FIXTURE_SENT_MAX) {
        return none;
    }
    CHECK(memcmp(&fixture->to[before], from, sizeof *from) == 0);
    return fixture->frames[before];
}

static struct frame send_frame(struct fixture *fixture, const struct peer *from, const struct frame *frame)
{
    uint8_t bytes[FRAME_MAX_BYTES];
    int length = frame_encode(frame, bytes, sizeof bytes);

    CHECK(length > 0);
    return fixture_datagram(fixture, from, bytes, (size_t)length);
}

struct frame fixture_query(struct fixture *fixture, const struct peer *from, uint16_t sequence)
{
    const struct frame query = {.type = FRAME_QUERY, .sequence = sequence};

    return send_frame(fixture, from, &query);
}

struct frame fixture_set(struct fixture *fixture, const struct peer *from, uint16_t sequence, uint8_t parameter, int32_t value)
{
    const struct frame set = {.type = FRAME_SET, .sequence = sequence, .body = {.set = {parameter, value}}};

    return send_frame(fixture, from, &set);
}
