/* SPDX-License-Identifier: MIT */
#include "repeats.h"

#include <string.h>

static bool is_same_peer(const struct peer *a, const struct peer *b)
{
    return a->length == b->length && memcmp(a->address, b->address, a->length) == 0;
}

bool repeats_has(const struct repeats *repeats, uint32_t now_ms, const struct peer *from, const struct frame *set)
{
    for (uint8_t i = 0; i < REPEATS_KEPT; i++) {
        const struct repeats_entry *entry = &repeats->entries[i];
        if (entry->used && now_ms - entry->at_ms < REPEATS_LIFETIME_MS && entry->sequence == set->sequence &&
            entry->set.parameter == set->body.set.parameter && entry->set.value == set->body.set.value &&
            is_same_peer(&entry->from, from)) {
            return true;
        }
    }
    return false;
}

void repeats_add(struct repeats *repeats, uint32_t now_ms, const struct peer *from, const struct frame *set)
{
    struct repeats_entry *entry = &repeats->entries[repeats->next];

    entry->used = true;
    entry->from = *from;
    entry->sequence = set->sequence;
    entry->set = set->body.set;
    entry->at_ms = now_ms;
    repeats->next = (uint8_t)((repeats->next + 1u) % REPEATS_KEPT);
}

void repeats_expire(struct repeats *repeats, uint32_t now_ms)
{
    for (uint8_t i = 0; i < REPEATS_KEPT; i++) {
        if (repeats->entries[i].used && now_ms - repeats->entries[i].at_ms >= REPEATS_LIFETIME_MS) {
            repeats->entries[i].used = false;
        }
    }
}
