/* SPDX-License-Identifier: MIT */
/* Which faulty frames are answered, and how often: a flood of them must not become a flood of answers. */
#ifndef FOGWOT_COMPLAINTS_H
#define FOGWOT_COMPLAINTS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Answers to malformed datagrams, per second; beyond that they are only counted. */
#define COMPLAINTS_MAX 8u

struct complaints {
    uint32_t since_ms;
    uint8_t count;
};

void complaints_start(struct complaints *complaints, uint32_t now_ms);

/* The error code that answers a frame with this FRAME_E_ fault and this type as far as it could be read, or 0: silence. */
uint8_t complaints_code(int fault, uint8_t type);

/* Whether one more may be sent now; if so it is counted. */
bool complaints_allow(struct complaints *complaints, uint32_t now_ms);

#ifdef __cplusplus
}
#endif

#endif
