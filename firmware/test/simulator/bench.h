/* SPDX-License-Identifier: MIT */
/*
 * An Arduino Uno in simavr with what is soldered to it: a WiFly module on UART 0 and a DHT11 on pin 7.
 * Time is the simulated board's; nothing waits for the wall clock.
 */
#ifndef FOGWOT_SIMULATOR_BENCH_H
#define FOGWOT_SIMULATOR_BENCH_H

#include <simavr/sim_avr.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_DATAGRAM_MAX 256u

struct module {
    avr_t *avr;
    avr_irq_t *to_board;
    uint32_t baud;       /* what it speaks now */
    uint32_t saved_baud; /* what it speaks after a reboot */
    bool in_command_mode;
    bool has_config;         /* set and saved */
    char device_id[33], saved_device_id[33];
    char line[128];
    size_t line_length;
    unsigned dollars;
    avr_cycle_count_t last_byte_at;
    uint8_t outgoing[1024]; /* to the board, paced at the line's speed */
    size_t outgoing_at, outgoing_length;
    uint8_t datagram[BENCH_DATAGRAM_MAX]; /* from the board, until 10 ms of silence end it */
    size_t datagram_length;
    void (*on_datagram)(const uint8_t *bytes, size_t length);
    unsigned commands, saves, reboots, garbled;
};

struct dht {
    avr_t *avr;
    avr_irq_t *pin;
    bool is_low;
    avr_cycle_count_t low_since;
    uint8_t bytes[5];
    unsigned step;
    bool is_absent;
    unsigned reads;
    avr_cycle_count_t last_read_at, shortest_pause;
};

/* A module fresh from the factory: 9600 baud, nothing configured. */
void module_start(struct module *module, avr_t *avr);

/* A datagram for the board arrives by radio. */
void module_receive(struct module *module, const uint8_t *bytes, size_t length);

/* A sensor at 21 degrees and 45 percent. */
void dht_start(struct dht *dht, avr_t *avr);

/* What the sensor sends next, checksum included. */
void dht_set(struct dht *dht, uint8_t degrees, uint8_t percent);

#endif
