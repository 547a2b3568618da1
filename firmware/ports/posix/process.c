/* SPDX-License-Identifier: MIT */
#include "process.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

static int wake_pipe[2];
static volatile sig_atomic_t is_silent;
static bool was_silent; /* what has been told */
static volatile sig_atomic_t must_stop;

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

bool process_start(pid_t parent, bool starts_silent)
{
    is_silent = starts_silent;
    was_silent = starts_silent;
    if (!catch_signals()) {
        perror("fogwot-board: signals");
        return false;
    }
    if (!follow_parent(parent)) {
        fprintf(stderr, "fogwot-board: the parent process is gone\n");
        return false;
    }
    return true;
}

int process_open_socket(struct sockaddr_in *address)
{
    socklen_t length = sizeof *address;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)address, length) != 0 ||
        getsockname(fd, (struct sockaddr *)address, &length) != 0 || fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
        fprintf(stderr, "fogwot-board: --udp %s:%u: %s\n", inet_ntoa(address->sin_addr), ntohs(address->sin_port), strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    return fd;
}

void process_tell_ready(const struct sockaddr_in *address)
{
    printf("{\"ready\":true,\"udp\":\"%s:%u\"}\n", inet_ntoa(address->sin_addr), ntohs(address->sin_port));
    fflush(stdout);
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

bool process_wait(int socket_fd, int wait_ms, bool *is_readable)
{
    struct pollfd polled[3] = {
        {.fd = socket_fd, .events = POLLIN},
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = wake_pipe[0], .events = POLLIN},
    };
    char scrap[64];

    *is_readable = false;
    tell_silence();
    if (must_stop) {
        return false;
    }
    if (poll(polled, 3, wait_ms) > 0) {
        if (polled[2].revents != 0 && read(wake_pipe[0], scrap, sizeof scrap) < 0) {
            return true; /* somebody else emptied it: nothing but a wake-up */
        }
        if (polled[1].revents != 0 && stdin_ended()) {
            return false;
        }
        *is_readable = polled[0].revents != 0;
    }
    tell_silence();
    return !must_stop;
}

bool process_is_silent(void)
{
    return is_silent != 0;
}

uint32_t process_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}
