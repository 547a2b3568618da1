/* SPDX-License-Identifier: MIT */
/* The command line of the emulated board. */
#ifndef FOGWOT_POSIX_OPTIONS_H
#define FOGWOT_POSIX_OPTIONS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "emulation.h"

struct options {
    const struct emulation *type;
    struct sockaddr_in udp;
    uint32_t reading_period_ms;
    bool silent;
    bool report;
    struct emulation_options emulation;
};

enum options_result {
    OPTIONS_RUN = 0,
    OPTIONS_SHOWN = 1,  /* --help: printed on stdout, nothing to run */
    OPTIONS_E_USE = -1  /* said on stderr what was wrong and what is wanted */
};

/* Reads the command line. Returns one of enum options_result. */
int options_read(struct options *options, int argc, char **argv);

#endif
