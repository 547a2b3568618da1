/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"

static const char help[] =
    "fogwot-board: an emulated sensor board, the firmware's core in a process of its own\n"
    "\n"
    "  --type TYPE              what the board is (required): %s\n"
    "  --udp HOST:PORT          IPv4 address to answer on, port 0 = a free one (127.0.0.1:0)\n"
    "  --seed N                 seed of the modelled air, 0 ... 2^64-1 (1)\n"
    "  --reading-period-ms N    sampling interval after start and reset, %u ... %u (%u)\n"
    "  --sensor-faults N|all    the first N reads of the sensor fail (0)\n"
    "  --silent                 start without answering; SIGUSR2 makes it answer\n"
    "  --report                 print the counters as one JSON line at the end\n"
    "  --insecure               allow an address that is not loopback; the protocol has no access control\n"
    "  --help\n"
    "\n"
    "Prints {\"ready\":true,\"udp\":\"HOST:PORT\"} when it answers. SIGUSR1: be silent. SIGUSR2: answer again; each is\n"
    "confirmed by {\"silent\":true} or {\"silent\":false}. Otherwise standard output stays quiet.\n"
    "Ends when standard input does (keep a pipe open), with its parent, and on SIGTERM or SIGINT.\n";

static void print_types(char *text, size_t capacity)
{
    size_t length = 0;

    text[0] = '\0';
    for (const struct emulation *const *type = emulation_types; *type != NULL; type++) {
        int added = snprintf(text + length, capacity - length, "%s%s", length > 0 ? ", " : "", (*type)->type);
        if (added < 0 || (size_t)added >= capacity - length) {
            return;
        }
        length += (size_t)added;
    }
}

static int refuse(const char *option, const char *got, const char *wanted)
{
    fprintf(stderr, "fogwot-board: %s: got %s%s%s, wanted %s\n", option, got ? "\"" : "", got ? got : "nothing",
            got ? "\"" : "", wanted);
    return OPTIONS_E_USE;
}

/* A whole decimal number from `low` to `high`; false if `text` is anything else. */
static bool read_number(const char *text, uint64_t low, uint64_t high, uint64_t *number)
{
    char *end;

    if (text[0] < '0' || text[0] > '9') { /* strtoull would take blanks and a minus */
        return false;
    }
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || value < low || value > high) {
        return false;
    }
    *number = value;
    return true;
}

static bool read_address(const char *text, struct sockaddr_in *address)
{
    char host[INET_ADDRSTRLEN];
    const char *colon = strrchr(text, ':');
    uint64_t port;

    if (colon == NULL || (size_t)(colon - text) >= sizeof host || !read_number(colon + 1, 0, 65535, &port)) {
        return false;
    }
    memcpy(host, text, (size_t)(colon - text));
    host[colon - text] = '\0';
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, host, &address->sin_addr) == 1;
}

static int read_type(struct options *options, const char *name)
{
    char types[256];

    for (const struct emulation *const *type = emulation_types; *type != NULL; type++) {
        if (strcmp((*type)->type, name) == 0) {
            options->type = *type;
            return OPTIONS_RUN;
        }
    }
    print_types(types, sizeof types);
    return refuse("--type", name, types);
}

static int read_option(struct options *options, const char *name, const char *value)
{
    uint64_t number = 0;

    if (strcmp(name, "--type") == 0) {
        return read_type(options, value);
    }
    if (strcmp(name, "--udp") == 0) {
        return read_address(value, &options->udp) ? OPTIONS_RUN : refuse(name, value, "an IPv4 address and port, as 127.0.0.1:0");
    }
    if (strcmp(name, "--seed") == 0) {
        return read_number(value, 0, UINT64_MAX, &options->emulation.seed) ? OPTIONS_RUN
                                                                           : refuse(name, value, "0 ... 18446744073709551615");
    }
    if (strcmp(name, "--reading-period-ms") == 0) {
        if (!read_number(value, BOARD_INTERVAL_MIN_MS, BOARD_INTERVAL_MAX_MS, &number)) {
            return refuse(name, value, "1000 ... 3600000");
        }
        options->reading_period_ms = (uint32_t)number;
        return OPTIONS_RUN;
    }
    if (strcmp(name, "--sensor-faults") == 0) {
        if (strcmp(value, "all") == 0) {
            number = UINT32_MAX;
        } else if (!read_number(value, 0, UINT32_MAX - 1u, &number)) {
            return refuse(name, value, "a number of reads, or all");
        }
        options->emulation.sensor_faults = (uint32_t)number;
        return OPTIONS_RUN;
    }
    return refuse("option", name, "one of --help");
}

static bool read_flag(struct options *options, bool *insecure, const char *name)
{
    if (strcmp(name, "--silent") == 0) {
        options->silent = true;
    } else if (strcmp(name, "--report") == 0) {
        options->report = true;
    } else if (strcmp(name, "--insecure") == 0) {
        *insecure = true;
    } else {
        return false;
    }
    return true;
}

int options_read(struct options *options, int argc, char **argv)
{
    bool insecure = false;
    char types[256];

    memset(options, 0, sizeof *options);
    options->emulation.seed = 1;
    options->reading_period_ms = BOARD_INTERVAL_DEFAULT_MS;
    (void)read_address("127.0.0.1:0", &options->udp);
    print_types(types, sizeof types);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            printf(help, types, BOARD_INTERVAL_MIN_MS, BOARD_INTERVAL_MAX_MS, BOARD_INTERVAL_DEFAULT_MS);
            return OPTIONS_SHOWN;
        }
        if (read_flag(options, &insecure, argv[i])) {
            continue;
        }
        if (strncmp(argv[i], "--", 2) != 0) {
            return refuse("option", argv[i], "one of --help");
        }
        if (i + 1 >= argc) {
            return refuse(argv[i], NULL, "a value, and a known option: see --help");
        }
        int result = read_option(options, argv[i], argv[i + 1]);
        if (result != OPTIONS_RUN) {
            return result;
        }
        i++;
    }
    if (options->type == NULL) {
        return refuse("--type", NULL, types);
    }
    if (!insecure && (ntohl(options->udp.sin_addr.s_addr) >> 24) != 127) {
        return refuse("--udp", inet_ntoa(options->udp.sin_addr), "a loopback address, or --insecure: the protocol has no access control");
    }
    return OPTIONS_RUN;
}
