/* SPDX-License-Identifier: MIT */
/* Who sent a frame, in the port's own bytes: IPv4 address and port, a 64-bit radio address, or nothing on a line with one end. */
#ifndef FOGWOT_PEER_H
#define FOGWOT_PEER_H

#include <stdint.h>

#define PEER_MAX_BYTES 8u

struct peer {
    uint8_t length; /* 0 ... PEER_MAX_BYTES */
    uint8_t address[PEER_MAX_BYTES];
};

#endif
