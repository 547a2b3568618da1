/* SPDX-License-Identifier: MIT */
/* The Uno's real binary in simavr: `uno <wifly-avr.elf>`. One line per test, then the count. */
#include <simavr/sim_elf.h>
#include <simavr/sim_time.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "frame.h"

#define QUERIES 1000
/* The Uno's millis() goes in steps of 1 or 2 ms. */
#define CLOCK_STEP_US 2000u

static avr_t *avr;
static struct module module;
static struct dht dht;
static unsigned passed, failed;

static struct frame answers[16];
static unsigned answer_count;
static unsigned unsound;
static avr_cycle_count_t answered_at;

static void take_datagram(const uint8_t *bytes, size_t length)
{
    struct frame frame;

    answered_at = avr->cycle;
    if (frame_decode(&frame, bytes, length) != 0) {
        unsound++;
    } else if (answer_count < sizeof answers / sizeof answers[0]) {
        answers[answer_count++] = frame;
    }
}

static void check(bool holds, const char *title)
{
    printf("%s  %s\n", holds ? "ok    " : "FAILED", title);
    passed += holds;
    failed += !holds;
}

static void run_ms(uint32_t ms)
{
    avr_cycle_count_t end = avr->cycle + avr_usec_to_cycles(avr, ms * 1000u);

    while (avr->cycle < end) {
        int state = avr_run(avr);
        if (state == cpu_Done || state == cpu_Crashed) {
            printf("FAILED  the processor stopped in state %d\n", state);
            exit(1);
        }
    }
}

/* Sends a frame to the board, and returns its one answer within `ms`; type 0 if there is none or several. */
static struct frame ask(const struct frame *frame, uint32_t ms)
{
    static const struct frame none;
    uint8_t bytes[FRAME_MAX_BYTES];
    int length = frame_encode(frame, bytes, sizeof bytes);

    answer_count = 0;
    module_receive(&module, bytes, (size_t)length);
    run_ms(ms);
    return answer_count == 1 ? answers[0] : none;
}

static struct frame query(uint16_t sequence)
{
    const struct frame frame = {.type = FRAME_QUERY, .sequence = sequence};

    return ask(&frame, 100);
}

static struct frame set(uint16_t sequence, uint8_t parameter, int32_t value)
{
    const struct frame frame = {.type = FRAME_SET, .sequence = sequence, .body = {.set = {parameter, value}}};

    return ask(&frame, 100);
}

static void power_up(void)
{
    avr_reset(avr);
    avr_raise_irq(dht.pin, 1);
    run_ms(16000);
}

static void test_start(void)
{
    power_up();
    check(module.saves == 1 && module.reboots == 1 && module.has_config && module.baud == 38400,
          "a module from the factory is found at 9600 baud, configured, saved and restarted at 38400");
    struct frame answer = query(7);
    check(answer.type == FRAME_READING && answer.sequence == 7 && answer.body.reading.count == 2 &&
              answer.body.reading.values[0].milli == 21000 && answer.body.reading.values[1].milli == 45000,
          "a query is answered with the temperature and humidity of the DHT11 on the pin");
    power_up();
    check(module.saves == 1 && module.reboots == 1 && query(8).type == FRAME_READING,
          "a module that holds the settings is not written again");
}

static void test_traffic(void)
{
    unsigned lost = 0, reads = dht.reads;
    unsigned late = 0;
    uint64_t slowest_us = 0;

    unsound = 0; /* what a module still in data mode was told before "$$$" is none of ours */
    dht.shortest_pause = UINT64_MAX;
    for (uint16_t i = 0; i < QUERIES; i++) { /* an odd pace: every phase between query and sensor read comes up */
        run_ms(i % 7);
        avr_cycle_count_t asked_at = avr->cycle;
        struct frame answer = query((uint16_t)(100 + i));
        if (answer.type != FRAME_READING || answer.sequence != 100 + i) {
            lost++;
            continue;
        }
        late += answer.body.reading.age_ms > 1000 + 100;
        uint64_t took_us = avr_cycles_to_usec(avr, answered_at - asked_at);
        slowest_us = took_us > slowest_us ? took_us : slowest_us;
    }
    check(lost == 0, "1000 queries at 10 a second, through 100 sensor reads, are all answered");
    check(late == 0, "no sample is older than the sampling interval: the sensor is read right under traffic");
    check(dht.reads - reads >= 95 && avr_cycles_to_usec(avr, dht.shortest_pause) >= 1000000 - CLOCK_STEP_US,
          "the sensor is read once a second and not oftener, but for a step of the Uno's clock");
    check(unsound == 0, "every datagram is one sound frame");
    printf("        slowest answer %llu us after the query, serial line and the module's 10 ms included; %u reads, %llu us apart at least\n",
           (unsigned long long)slowest_us, dht.reads - reads, (unsigned long long)avr_cycles_to_usec(avr, dht.shortest_pause));
}

static void test_protocol(void)
{
    static const uint8_t noise[] = "*OPEN*\xf0\x01\xf0 Associated!\r\n";

    module_receive(&module, noise, sizeof noise);
    run_ms(200);
    check(query(1000).type == FRAME_READING, "noise of the module before a query does not keep it from its answer");
    check(set(1001, FRAME_SAMPLING_INTERVAL, 2000).type == FRAME_ACK, "a set is acknowledged");
    check(set(1002, FRAME_SAMPLING_INTERVAL, 999).body.code == FRAME_CODE_OUT_OF_RANGE, "a set out of range is refused");
    (void)set(1003, FRAME_THRESHOLD, 28000);
    answer_count = 0;
    dht_set(&dht, 30, 40);
    run_ms(4500);
    check(answer_count == 1 && answers[0].type == FRAME_PUSH && answers[0].body.reading.values[0].milli == 30000,
          "a temperature above the threshold is pushed once");
    check(set(1004, FRAME_RESET, 0).type == FRAME_ACK && query(1005).body.reading.uptime_ms < 300, "a reset restarts the uptime");
    dht.is_absent = true;
    run_ms(5000);
    struct frame answer = query(1006);
    check(answer.type == FRAME_READING && answer.body.reading.age_ms > 4000, "a sensor taken off leaves the last sample, and its age grows");
    dht.is_absent = false;
    run_ms(2500);
    check(query(1007).body.reading.age_ms < 1100, "a sensor put back is read again");
}

int main(int argc, char **argv)
{
    elf_firmware_t firmware;

    memset(&firmware, 0, sizeof firmware);
    if (argc != 2 || elf_read_firmware(argv[1], &firmware) != 0) {
        fprintf(stderr, "usage: uno <wifly-avr.elf>\n");
        return 2;
    }
    avr = avr_make_mcu_by_name("atmega328p");
    if (avr == NULL) {
        fprintf(stderr, "this simavr has no atmega328p\n");
        return 2;
    }
    avr_init(avr);
    avr->frequency = 16000000;
    avr_load_firmware(avr, &firmware);
    module_start(&module, avr);
    module.on_datagram = take_datagram;
    dht_start(&dht, avr);
    test_start();
    test_traffic();
    test_protocol();
    printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
