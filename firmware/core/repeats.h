/* SPDX-License-Identifier: MIT */
/*
 * Remembers the sets carried out last, so that one repeated because its ack got lost is acknowledged and not carried out again.
 * The same sender, sequence, parameter and value make the same set: a driver that was restarted may begin its sequences
 * anew without losing its first sets.
 */
#ifndef FOGWOT_REPEATS_H
#define FOGWOT_REPEATS_H

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"
#include "peer.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REPEATS_KEPT 4u
#define REPEATS_LIFETIME_MS 10000u

struct repeats {
    struct repeats_entry {
        bool used;
        struct peer from;
        uint16_t sequence;
        struct frame_set set;
        uint32_t at_ms;
    } entries[REPEATS_KEPT];
    uint8_t next;
};

/* True if this set was remembered less than REPEATS_LIFETIME_MS ago. */
bool repeats_has(const struct repeats *repeats, uint32_t now_ms, const struct peer *from, const struct frame *set);

/* Remembers a set in place of the oldest. */
void repeats_add(struct repeats *repeats, uint32_t now_ms, const struct peer *from, const struct frame *set);

/* Forgets what is over its time. Called now and then, so that the clock's wrap after 49.7 days brings nothing back. */
void repeats_expire(struct repeats *repeats, uint32_t now_ms);

#ifdef __cplusplus
}
#endif

#endif
