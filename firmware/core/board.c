/* SPDX-License-Identifier: MIT */
#include "board.h"

#include <string.h>

#define ANCIENT_MS 0x80000000u

static uint32_t interval_min_ms(const struct board *board)
{
    uint32_t sensor_min = board->sensor->interval_min_ms;

    return sensor_min > BOARD_INTERVAL_MIN_MS ? sensor_min : BOARD_INTERVAL_MIN_MS;
}

/* Everything a reset brings back. The sample, the sensor's pace and the remembered sets stay: see test/vectors/README.md. */
static void restart(struct board *board, uint32_t now_ms)
{
    const struct control *control = board->sensor->control;

    if (control != NULL) {
        control->reset(control->context);
    }
    board->must_tell = false;
    board->started_ms = now_ms;
    board->interval_ms = board->interval_default_ms;
    board->threshold.limit_milli = THRESHOLD_OFF;
    board->threshold.armed = false;
    board->has_querier = false;
    board->push_sequence = 0;
    complaints_start(&board->complaints, now_ms);
    memset(&board->counters, 0, sizeof board->counters);
    if (board->has_read) {
        board->next_sample_ms = board->read_at_ms + board->interval_ms;
    }
}

void board_start(struct board *board, const struct board_port *port, const struct sensor *sensor, uint32_t interval_ms,
                 uint32_t now_ms)
{
    memset(board, 0, sizeof *board);
    board->port = port;
    board->sensor = sensor;
    if (interval_ms == 0) {
        interval_ms = BOARD_INTERVAL_DEFAULT_MS;
    }
    if (interval_ms > BOARD_INTERVAL_MAX_MS) {
        interval_ms = BOARD_INTERVAL_MAX_MS;
    }
    board->interval_default_ms = interval_ms < interval_min_ms(board) ? interval_min_ms(board) : interval_ms;
    board->next_sample_ms = now_ms + sensor->warmup_ms;
    restart(board, now_ms);
}

static void send_frame(struct board *board, const struct peer *to, const struct frame *frame)
{
    uint8_t bytes[FRAME_MAX_BYTES];
    int length = frame_encode(frame, bytes, sizeof bytes);

    if (length > 0) { /* always: what the board makes has a valid type and at most SENSOR_VALUES_MAX values */
        board->port->send(board->port->context, to, bytes, (uint8_t)length);
    }
}

static void send_error(struct board *board, const struct peer *to, uint16_t sequence, uint8_t code)
{
    struct frame frame;

    frame.type = FRAME_ERROR;
    frame.sequence = sequence;
    frame.body.code = code;
    send_frame(board, to, &frame);
}

static void send_sample(struct board *board, uint32_t now_ms, const struct peer *to, uint8_t type, uint16_t sequence)
{
    struct frame frame;

    frame.type = type;
    frame.sequence = sequence;
    frame.body.reading.uptime_ms = now_ms - board->started_ms;
    frame.body.reading.age_ms = board->sample_is_ancient ? UINT32_MAX : now_ms - board->sample_at_ms;
    frame.body.reading.count = board->value_count;
    memcpy(frame.body.reading.values, board->values, board->value_count * sizeof board->values[0]);
    send_frame(board, to, &frame);
}

static void answer_query(struct board *board, uint32_t now_ms, const struct peer *from, uint16_t sequence)
{
    board->counters.queries++;
    board->querier = *from;
    board->has_querier = true;
    if (board->has_sample) {
        send_sample(board, now_ms, from, FRAME_READING, sequence);
    } else {
        send_error(board, from, sequence, FRAME_CODE_SENSOR_FAULT);
    }
}

/* 0 if the set can be carried out, else the code of the error answer. */
static uint8_t refusal_of(const struct board *board, const struct frame_set *set)
{
    switch (set->parameter) {
    case FRAME_RESET:
        return set->value == 0 ? 0 : FRAME_CODE_OUT_OF_RANGE;
    case FRAME_SAMPLING_INTERVAL:
        return set->value >= (int32_t)interval_min_ms(board) && set->value <= (int32_t)BOARD_INTERVAL_MAX_MS
                   ? 0
                   : FRAME_CODE_OUT_OF_RANGE;
    case FRAME_THRESHOLD:
        return set->value == FRAME_THRESHOLD_OFF ||
                       (set->value >= BOARD_THRESHOLD_MIN_MILLI && set->value <= BOARD_THRESHOLD_MAX_MILLI)
                   ? 0
                   : FRAME_CODE_OUT_OF_RANGE;
    default:
        return FRAME_CODE_UNKNOWN_PARAMETER;
    }
}

/* As soon as the sensor allows: what was told to the device shows in the next answer. */
static void sample_soon(struct board *board, uint32_t now_ms)
{
    if (board->has_read) {
        uint32_t passed_ms = now_ms - board->read_at_ms;
        uint32_t pause_ms = board->sensor->interval_min_ms;
        board->next_sample_ms = passed_ms >= pause_ms ? now_ms : board->read_at_ms + pause_ms;
    }
}

/* A parameter of the device type's own. Returns 0, or the code of the error answer with nothing changed. */
static uint8_t carry_out_own(struct board *board, uint32_t now_ms, const struct frame_set *set)
{
    const struct control *control = board->sensor->control;

    if (control == NULL || set->parameter < FRAME_OWN_SETTINGS) {
        return FRAME_CODE_UNKNOWN_PARAMETER;
    }
    uint8_t refusal = control->set(control->context, now_ms, set->parameter, set->value);
    if (refusal == 0) {
        sample_soon(board, now_ms);
    }
    return refusal;
}

/* Returns 0, or the code of the error answer with nothing changed. */
static uint8_t carry_out(struct board *board, uint32_t now_ms, const struct frame_set *set)
{
    uint8_t refusal = set->parameter <= FRAME_THRESHOLD ? refusal_of(board, set) : carry_out_own(board, now_ms, set);

    if (refusal != 0) {
        return refusal;
    }
    board->counters.sets++;
    switch (set->parameter) {
    case FRAME_RESET:
        restart(board, now_ms);
        break;
    case FRAME_SAMPLING_INTERVAL:
        board->interval_ms = (uint32_t)set->value;
        if (board->has_read) {
            board->next_sample_ms = board->read_at_ms + board->interval_ms;
        }
        break;
    case FRAME_THRESHOLD:
        threshold_set(&board->threshold, set->value);
        break;
    default: /* one of its own: done */
        break;
    }
    return 0;
}

static void answer_set(struct board *board, uint32_t now_ms, const struct peer *from, const struct frame *set)
{
    struct frame ack;

    if (!repeats_has(&board->repeats, now_ms, from, set)) {
        uint8_t refusal = carry_out(board, now_ms, &set->body.set);
        if (refusal != 0) {
            send_error(board, from, set->sequence, refusal);
            return;
        }
        repeats_add(&board->repeats, now_ms, from, set);
    }
    ack.type = FRAME_ACK;
    ack.sequence = set->sequence;
    send_frame(board, from, &ack);
}

static void handle_fault(struct board *board, uint32_t now_ms, const struct peer *from, const struct frame *frame, int fault)
{
    uint8_t code = complaints_code(fault, frame->type);

    board->counters.malformed[-fault - 1]++;
    if (code != 0 && complaints_allow(&board->complaints, now_ms)) {
        send_error(board, from, frame->sequence, code);
    }
}

void board_receive(struct board *board, uint32_t now_ms, const struct peer *from, const uint8_t *bytes, size_t length)
{
    struct frame frame;

    frame.type = 0;
    frame.sequence = 0;
    int fault = frame_decode(&frame, bytes, length);
    if (fault != 0) {
        handle_fault(board, now_ms, from, &frame, fault);
    } else if (frame.type == FRAME_QUERY) {
        answer_query(board, now_ms, from, frame.sequence);
    } else if (frame.type == FRAME_SET) {
        answer_set(board, now_ms, from, &frame);
    } else {
        board->counters.unexpected++;
    }
}

static void push_sample(struct board *board, uint32_t now_ms)
{
    board->must_tell = false;
    board->counters.pushes++;
    board->push_sequence++;
    send_sample(board, now_ms, &board->querier, FRAME_PUSH, board->push_sequence);
}

static void push_if_due(struct board *board, uint32_t now_ms)
{
    for (uint8_t i = 0; i < board->value_count; i++) {
        if (board->values[i].quantity == FRAME_TEMPERATURE &&
            threshold_exceeded(&board->threshold, board->values[i].milli) && board->has_querier) {
            threshold_told(&board->threshold);
            board->must_tell = true;
        }
    }
    if (board->must_tell && board->has_querier) {
        push_sample(board, now_ms);
    }
}

/* Returns in how many milliseconds the device wants to be called again. */
static uint32_t poll_control(struct board *board, uint32_t now_ms)
{
    const struct control *control = board->sensor->control;
    uint32_t wait_ms = UINT32_MAX;

    if (control != NULL && control->poll(control->context, now_ms, &wait_ms)) {
        board->must_tell = true;
        sample_soon(board, now_ms);
    }
    return wait_ms;
}

static void take_sample(struct board *board, uint32_t now_ms)
{
    struct frame_value values[SENSOR_VALUES_MAX];
    int count = board->sensor->read(board->sensor->context, values);

    board->has_read = true;
    board->read_at_ms = now_ms;
    if (count < 1 || count > (int)SENSOR_VALUES_MAX) {
        /* Tried again as soon as the sensor allows, not after an interval that may be an hour. */
        board->counters.sensor_faults++;
        board->next_sample_ms = now_ms + interval_min_ms(board);
        return;
    }
    board->counters.samples++;
    board->has_sample = true;
    board->sample_is_ancient = false;
    board->sample_at_ms = now_ms;
    board->value_count = (uint8_t)count;
    memcpy(board->values, values, (size_t)count * sizeof values[0]);
    board->next_sample_ms = now_ms + board->interval_ms;
    push_if_due(board, now_ms);
}

uint32_t board_poll(struct board *board, uint32_t now_ms)
{
    uint32_t control_wait_ms = poll_control(board, now_ms);

    repeats_expire(&board->repeats, now_ms);
    if (board->has_sample && now_ms - board->sample_at_ms >= ANCIENT_MS) {
        board->sample_is_ancient = true;
    }
    /* Unsigned difference: right across the wrap as long as a wait stays below 2^31 ms. */
    if (now_ms - board->next_sample_ms < ANCIENT_MS) {
        take_sample(board, now_ms);
    }
    uint32_t wait_ms = board->next_sample_ms - now_ms;
    return control_wait_ms < wait_ms ? control_wait_ms : wait_ms;
}
