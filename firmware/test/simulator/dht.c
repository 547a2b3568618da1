/* SPDX-License-Identifier: MIT */
#include <simavr/avr_ioport.h>
#include <simavr/sim_time.h>
#include <string.h>

#include "bench.h"

#define PIN 7u /* PD7 is the Uno's pin 7 */
#define START_MIN_US 18000u

/* Microseconds of each part of the answer: the wait, 80 low, 80 high, 40 x (50 low, 26 or 70 high), 50 low, and released. */
static uint32_t part_us(const struct dht *dht, unsigned step)
{
    if (step == 0) {
        return 30;
    }
    if (step <= 2) {
        return 80;
    }
    if (step % 2 == 1) {
        return 50;
    }
    unsigned bit = (step - 4) / 2;
    return (dht->bytes[bit / 8] >> (7 - bit % 8)) & 1 ? 70 : 26;
}

static avr_cycle_count_t next_part(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct dht *dht = param;

    (void)when;
    dht->step++;
    avr_raise_irq(dht->pin, dht->step % 2 == 0);
    if (dht->step == 84) {
        return 0; /* the last low part is over: the pull-up holds the line */
    }
    return avr->cycle + avr_usec_to_cycles(avr, part_us(dht, dht->step));
}

static void line_released(struct dht *dht)
{
    avr_cycle_count_t now = dht->avr->cycle;

    avr_raise_irq(dht->pin, 1);
    if (now - dht->low_since < avr_usec_to_cycles(dht->avr, START_MIN_US) || dht->is_absent) {
        return;
    }
    if (dht->reads > 0 && now - dht->last_read_at < dht->shortest_pause) {
        dht->shortest_pause = now - dht->last_read_at;
    }
    dht->reads++;
    dht->last_read_at = now;
    dht->step = 0;
    avr_cycle_timer_register_usec(dht->avr, part_us(dht, 0), next_part, dht);
}

/* The board drives the line low (output, port bit 0), or lets it go (input). */
static void direction_changed(avr_irq_t *irq, uint32_t value, void *param)
{
    struct dht *dht = param;
    bool drives = (value >> PIN) & 1;

    (void)irq;
    if (drives && !dht->is_low) {
        dht->low_since = dht->avr->cycle;
    }
    if (!drives && dht->is_low) {
        dht->is_low = false;
        line_released(dht);
    }
    dht->is_low = drives;
}

void dht_set(struct dht *dht, uint8_t degrees, uint8_t percent)
{
    const uint8_t bytes[5] = {percent, 0, degrees, 0, (uint8_t)(percent + degrees)};

    memcpy(dht->bytes, bytes, sizeof bytes);
}

void dht_start(struct dht *dht, avr_t *avr)
{
    memset(dht, 0, sizeof *dht);
    dht->avr = avr;
    dht->shortest_pause = UINT64_MAX;
    dht_set(dht, 21, 45);
    dht->pin = avr_io_getirq(avr, AVR_IOCTL_IOPORT_GETIRQ('D'), PIN);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_IOPORT_GETIRQ('D'), IOPORT_IRQ_DIRECTION_ALL), direction_changed, dht);
    avr_raise_irq(dht->pin, 1);
}
