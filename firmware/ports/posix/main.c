/* SPDX-License-Identifier: MIT */
/*
 * The board as a Linux process: one UDP socket, one poll loop, the core unchanged.
 * Ends by itself when nobody is there any more who started it: end of standard input, or death of the parent.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "board.h"
#include "options.h"

/* Datagrams read before the sampling clock is looked at again, so that a flood does not stop the sensor. */
#define BATCH 64

/* The wait of poll is an int; waking once a minute for nothing costs nothing. */
#define WAIT_MAX_MS 60000u

/* One byte over the largest frame: a longer datagram is cut by the kernel and still seen to be too long. */
static uint8_t datagram[FRAME_MAX_BYTES + 1];
static int wake_pipe[2];
static volatile sig_atomic_t is_silent;
static bool was_silent; /* what has been told */
static volatile sig_atomic_t must_stop;
static uint32_t unsent;

static void on_signal(int signal_number)
{
    int saved = errno;

    if (signal_number == SIGUSR1) {
        is_silent = 1;
    } else if (signal_number == SIGUSR2) {
        is_silent = 0;
    } else {
        must_stop = 1;
    }
    /* A full pipe wakes poll as well as one more byte would. */
    if (write(wake_pipe[1], "", 1) < 0) {
        errno = saved;
    }
    errno = saved;
}

static uint32_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}

static void peer_of_address(struct peer *peer, const struct sockaddr_in *address)
{
    peer->length = 6;
    memcpy(peer->address, &address->sin_addr.s_addr, 4);
    memcpy(peer->address + 4, &address->sin_port, 2);
}

static void send_datagram(void *context, const struct peer *to, const uint8_t *bytes, uint8_t length)
{
    struct sockaddr_in address;

    if (is_silent) {
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
        if (!is_silent) { /* a silent board is one out of reach: what is sent to it never arrives */
            peer_of_address(&peer, &from);
            board_receive(board, now_ms(), &peer, datagram, (size_t)length);
        }
    }
}

/* True when standard input has ended; what stands on it is thrown away. */
static bool stdin_ended(void)
{
    char scrap[256];
    ssize_t length = read(STDIN_FILENO, scrap, sizeof scrap);

    return length == 0 || (length < 0 && errno != EINTR && errno != EAGAIN);
}

/* Says a change of silence on standard output once it holds, so that whoever sent the signal can wait for it. */
static void tell_silence(void)
{
    bool is_now = is_silent != 0;

    if (is_now != was_silent) {
        was_silent = is_now;
        printf("{\"silent\":%s}\n", is_now ? "true" : "false");
        fflush(stdout);
    }
}

static void run(int socket_fd, struct board *board)
{
    struct pollfd polled[3] = {
        {.fd = socket_fd, .events = POLLIN},
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = wake_pipe[0], .events = POLLIN},
    };
    char scrap[64];

    while (!must_stop) {
        tell_silence();
        uint32_t wait_ms = board_poll(board, now_ms());
        int ready = poll(polled, 3, (int)(wait_ms < WAIT_MAX_MS ? wait_ms : WAIT_MAX_MS));
        if (ready <= 0) {
            continue; /* time to sample, or a signal */
        }
        if (polled[2].revents != 0 && read(wake_pipe[0], scrap, sizeof scrap) < 0) {
            continue;
        }
        if (polled[1].revents != 0 && stdin_ended()) {
            return;
        }
        if (polled[0].revents != 0) {
            receive_batch(socket_fd, board);
        }
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

/* Dies with its parent, also by kill -9. Returns false if the parent is gone already. */
static bool follow_parent(pid_t parent)
{
#ifdef __linux__
    /* The death of the parent's thread that forked us counts as the parent's: Node.js forks on its main thread. */
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0) {
        return false;
    }
#endif
    /* It may have died before the call above: then nobody sends the signal. */
    return getppid() == parent;
}

static bool catch_signals(void)
{
    struct sigaction action;
    const int caught[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2};

    if (pipe(wake_pipe) != 0 || fcntl(wake_pipe[0], F_SETFL, O_NONBLOCK) < 0 || fcntl(wake_pipe[1], F_SETFL, O_NONBLOCK) < 0) {
        return false;
    }
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    /* Of two that wait, the first is then handled first: not nested, the second before it, when the machine is busy. */
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof caught / sizeof caught[0]; i++) {
        if (sigaction(caught[i], &action, NULL) != 0) {
            return false;
        }
    }
    action.sa_handler = SIG_IGN;
    return sigaction(SIGPIPE, &action, NULL) == 0;
}

/* A bound, non-blocking socket, its real address put into `address`; or -1 with errno. */
static int open_socket(struct sockaddr_in *address)
{
    socklen_t length = sizeof *address;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    if (fd < 0) {
        return -1;
    }
    if (bind(fd, (struct sockaddr *)address, length) != 0 || getsockname(fd, (struct sockaddr *)address, &length) != 0 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
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
    is_silent = options.silent;
    was_silent = options.silent;
    if (!catch_signals()) {
        perror("fogwot-board: signals");
        return EXIT_FAILURE;
    }
    if (!follow_parent(parent)) {
        fprintf(stderr, "fogwot-board: the parent process is gone\n");
        return EXIT_FAILURE;
    }
    int socket_fd = open_socket(&options.udp);
    if (socket_fd < 0) {
        fprintf(stderr, "fogwot-board: --udp %s:%u: %s\n", inet_ntoa(options.udp.sin_addr), ntohs(options.udp.sin_port),
                strerror(errno));
        return EXIT_FAILURE;
    }
    const struct board_port port = {.send = send_datagram, .context = &socket_fd};
    options.type->start(&options.emulation, now_ms, &sensor);
    board_start(&board, &port, &sensor, options.reading_period_ms, now_ms());
    board_poll(&board, now_ms()); /* the first sample, before anybody can ask */
    printf("{\"ready\":true,\"udp\":\"%s:%u\"}\n", inet_ntoa(options.udp.sin_addr), ntohs(options.udp.sin_port));
    fflush(stdout);
    run(socket_fd, &board);
    if (options.report) {
        print_report(&board);
    }
    close(socket_fd);
    return EXIT_SUCCESS;
}
