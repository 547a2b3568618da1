/* SPDX-License-Identifier: MIT */
/*
 * The board as a Linux process: one UDP socket, one poll loop, the core unchanged.
 * Ends by itself when nobody is there any more who started it: end of standard input, or death of the parent.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "board.h"
#include "options.h"
#include "process.h"

/* Datagrams read before the sampling clock is looked at again, so that a flood does not stop the sensor. */
#define BATCH 64

/* The wait of poll is an int; waking once a minute for nothing costs nothing. */
#define WAIT_MAX_MS 60000u

/* One byte over the largest frame: a longer datagram is cut by the kernel and still seen to be too long. */
static uint8_t datagram[FRAME_MAX_BYTES + 1];
static uint32_t unsent;

static void peer_of_address(struct peer *peer, const struct sockaddr_in *address)
{
    peer->length = 6;
    memcpy(peer->address, &address->sin_addr.s_addr, 4);
    memcpy(peer->address + 4, &address->sin_port, 2);
}

static void send_datagram(void *context, const struct peer *to, const uint8_t *bytes, uint8_t length)
{
    struct sockaddr_in address;

    if (process_is_silent()) {
        return;
    }
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    memcpy(&address.sin_addr.s_addr, to->address, 4);
    memcpy(&address.sin_port, to->address + 4, 2);
    /* Full buffers, or nobody there: lost, as it would be in the air. */
    if (sendto(*(int *)context, bytes, length, 0, (struct sockaddr *)&address, sizeof address) < 0) {
        unsent++;
    }
}

static void receive_batch(int socket_fd, struct board *board)
{
    for (int i = 0; i < BATCH; i++) {
        struct sockaddr_in from;
        socklen_t from_length = sizeof from;
        struct peer peer;
        ssize_t length = recvfrom(socket_fd, datagram, sizeof datagram, 0, (struct sockaddr *)&from, &from_length);
        if (length < 0) {
            if (errno == EAGAIN || errno == EWOULDBLOCK) {
                return;
            }
            continue; /* EINTR, or the refusal of an earlier send: neither is about the next datagram */
        }
        if (!process_is_silent()) { /* a silent board is one out of reach: what is sent to it never arrives */
            peer_of_address(&peer, &from);
            board_receive(board, process_now_ms(), &peer, datagram, (size_t)length);
        }
    }
}

static void run(int socket_fd, struct board *board)
{
    bool is_readable = false;
    uint32_t wait_ms = board_poll(board, process_now_ms());

    while (process_wait(socket_fd, (int)(wait_ms < WAIT_MAX_MS ? wait_ms : WAIT_MAX_MS), &is_readable)) {
        if (is_readable) {
            receive_batch(socket_fd, board);
        }
        wait_ms = board_poll(board, process_now_ms());
    }
}

static void print_report(const struct board *board)
{
    static const char *const names[FRAME_FAULTS] = {"truncated",   "bad-magic", "bad-version",  "oversize", "length-mismatch",
                                                    "bad-crc",     "bad-flags", "unknown-type", "bad-body", NULL};
    const struct board_counters *counters = &board->counters;

    printf("{\"stopped\":true,\"queries\":%u,\"sets\":%u,\"pushes\":%u,\"samples\":%u,\"sensorFaults\":%u,\"unexpected\":%u,"
           "\"unsent\":%u,\"malformed\":{",
           counters->queries, counters->sets, counters->pushes, counters->samples, counters->sensor_faults,
           counters->unexpected, unsent);
    for (unsigned i = 0; names[i] != NULL; i++) {
        printf("%s\"%s\":%u", i > 0 ? "," : "", names[i], counters->malformed[i]);
    }
    printf("}}\n");
}

int main(int argc, char **argv)
{
    pid_t parent = getppid();
    struct options options;
    struct sensor sensor;
    struct board board;

    int result = options_read(&options, argc, argv);
    if (result != OPTIONS_RUN) {
        return result == OPTIONS_SHOWN ? EXIT_SUCCESS : 2;
    }
    if (!process_start(parent, options.silent)) {
        return EXIT_FAILURE;
    }
    int socket_fd = process_open_socket(&options.udp);
    if (socket_fd < 0) {
        return EXIT_FAILURE;
    }
    const struct board_port port = {.send = send_datagram, .context = &socket_fd};
    memset(&sensor, 0, sizeof sensor); /* a type fills in what it has */
    options.type->start(&options.emulation, process_now_ms, &sensor);
    board_start(&board, &port, &sensor, options.reading_period_ms, process_now_ms());
    board_poll(&board, process_now_ms()); /* the first sample, before anybody can ask */
    process_tell_ready(&options.udp);
    run(socket_fd, &board);
    if (options.report) {
        print_report(&board);
    }
    close(socket_fd);
    return EXIT_SUCCESS;
}
