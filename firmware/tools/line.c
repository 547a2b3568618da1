/* SPDX-License-Identifier: MIT */
/*
 * A serial line for an emulator: a pseudo-terminal whose far end is this program's standard input and output.
 *
 *     fogwot-line LINK [BITS_PER_SECOND]
 *
 * LINK becomes a symbolic link to the terminal, for a driver to open. What the driver writes comes out of standard output, what comes
 * in on standard input goes to the driver; a byte that comes while nobody has the terminal open is lost, as on an unplugged UART.
 * Standard error tells, one JSON object a line: {"ready":true,"line":"/dev/pts/N"}, {"open":true}, {"open":false} and {"baud":N}, the
 * speed the driver has set, each when it changes. The program ends with its standard input, with its parent and on SIGTERM; its end is
 * a hang-up to the driver. With BITS_PER_SECOND what goes to the driver takes as long as it does on such a line, 8N1, and comes out of
 * an emulated UART whose buffer tells of itself at 8 bytes, and when nothing follows; without, nothing is paced.
 */
#define _GNU_SOURCE
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define BUFFER_BYTES 4096
/* While nobody has the terminal open, poll returns at once for it: looked at this often instead. */
#define CLOSED_POLL_MS 10
/* As a 16550's receive buffer: more interrupts would tell sooner and cost more. */
#define UART_TRIGGER_BYTES 8
#define BITS_PER_BYTE 10
#define SECOND_NS 1000000000LL

struct channel {
    int from, to;
    size_t at, length;
    char bytes[BUFFER_BYTES];
};

static const char *link_path;
/* Of a byte on the line; 0: none. */
static long long byte_ns;
/* When the bytes of the burst under way, `burst` of them, have passed. */
static long long due_ns;
static size_t burst;

static void die(const char *what)
{
    fprintf(stderr, "fogwot-line: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

static void on_signal(int signal_number)
{
    (void)signal_number;
    unlink(link_path);
    _exit(EXIT_SUCCESS);
}

static void set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        die("fcntl");
    }
}

/* No echo, no line editing, no translation, before anybody can open it. */
static void set_raw(int terminal)
{
    struct termios2 settings;

    if (ioctl(terminal, TCGETS2, &settings) < 0) {
        die("TCGETS2");
    }
    settings.c_iflag = 0;
    settings.c_oflag = 0;
    settings.c_lflag = 0;
    settings.c_cflag = CS8 | CREAD | CLOCAL | B9600;
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    if (ioctl(terminal, TCSETS2, &settings) < 0) {
        die("TCSETS2");
    }
}

static int open_terminal(char *name, size_t capacity)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (terminal < 0 || grantpt(terminal) < 0 || unlockpt(terminal) < 0 || ptsname_r(terminal, name, capacity) != 0) {
        die("pseudo-terminal");
    }
    set_raw(terminal);
    /* Only after a first close does poll tell that nobody has it open. */
    int other_end = open(name, O_RDWR | O_NOCTTY);
    if (other_end < 0) {
        die(name);
    }
    close(other_end);
    return terminal;
}

/* Put into place whole: a driver that looks meanwhile sees the old link, none, or the new one. */
static void put_link(const char *target)
{
    char temporary[4096];

    if (snprintf(temporary, sizeof temporary, "%s.%ld", link_path, (long)getpid()) >= (int)sizeof temporary) {
        errno = ENAMETOOLONG;
        die(link_path);
    }
    unlink(temporary);
    if (symlink(target, temporary) < 0 || rename(temporary, link_path) < 0) {
        die(link_path);
    }
}

/* False at the end of what is read. A terminal that nobody has open reads as EIO, which is not its end. */
static bool fill(struct channel *channel)
{
    ssize_t count = read(channel->from, channel->bytes, sizeof channel->bytes);

    if (count < 0) {
        return errno == EAGAIN || errno == EINTR || errno == EIO;
    }
    channel->at = 0;
    channel->length = (size_t)count;
    return count > 0;
}

static bool drain_some(struct channel *channel, size_t most)
{
    ssize_t count = write(channel->to, channel->bytes + channel->at, most);

    if (count < 0) {
        return errno == EAGAIN || errno == EINTR || errno == EIO;
    }
    channel->at += (size_t)count;
    channel->length -= (size_t)count;
    return true;
}

static bool drain(struct channel *channel)
{
    return drain_some(channel, channel->length);
}

static long long now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND_NS + now.tv_nsec;
}

static void start_burst(const struct channel *channel, long long begin_ns)
{
    burst = channel->length < UART_TRIGGER_BYTES ? channel->length : UART_TRIGGER_BYTES;
    due_ns = begin_ns + (long long)burst * byte_ns;
}

/* What has passed the line goes to the driver. */
static bool drain_paced(struct channel *channel)
{
    size_t before = channel->length;

    if (now_ns() < due_ns) {
        return true;
    }
    if (!drain_some(channel, burst)) {
        return false;
    }
    burst -= before - channel->length;
    if (burst == 0 && channel->length > 0) {
        /* Where the last one ended: a late wake-up of this program does not slow the line down. */
        start_burst(channel, due_ns);
    }
    return true;
}

static void tell_baud(int terminal)
{
    static unsigned told;
    struct termios2 settings;

    if (ioctl(terminal, TCGETS2, &settings) == 0 && settings.c_ospeed != told) {
        told = settings.c_ospeed;
        fprintf(stderr, "{\"baud\":%u}\n", told);
    }
}

static bool is_open(int terminal)
{
    struct pollfd polled = {.fd = terminal, .events = 0};

    return poll(&polled, 1, 0) == 0 || (polled.revents & POLLHUP) == 0;
}

/* One turn while the driver has the terminal open; false when standard input or output has ended. */
static bool relay(struct channel *to_driver, struct channel *from_driver)
{
    int terminal = from_driver->from;
    bool is_paced = byte_ns > 0 && to_driver->length > 0;
    long long wait_ns = is_paced ? due_ns - now_ns() : 0;
    bool may_write = to_driver->length > 0 && wait_ns <= 0;
    struct timespec wait = {.tv_nsec = wait_ns > 0 ? wait_ns % SECOND_NS : 0, .tv_sec = wait_ns > 0 ? wait_ns / SECOND_NS : 0};
    struct pollfd polled[3] = {
        {.fd = terminal, .events = (short)((from_driver->length == 0 ? POLLIN : 0) | (may_write ? POLLOUT : 0))},
        {.fd = to_driver->length == 0 ? to_driver->from : -1, .events = POLLIN},
        {.fd = from_driver->length > 0 ? from_driver->to : -1, .events = POLLOUT},
    };

    if (ppoll(polled, 3, wait_ns > 0 ? &wait : NULL, NULL) < 0) {
        return errno == EINTR;
    }
    if ((polled[0].revents & POLLIN) != 0) {
        tell_baud(terminal);
        (void)fill(from_driver);
    }
    if (polled[1].revents != 0) {
        if (!fill(to_driver)) {
            return false;
        }
        if (byte_ns > 0 && to_driver->length > 0) {
            long long now = now_ns();
            start_burst(to_driver, due_ns > now ? due_ns : now);
        }
    }
    if (from_driver->length > 0 && !drain(from_driver)) {
        return false;
    }
    if (to_driver->length == 0) {
        return true;
    }
    return byte_ns > 0 ? drain_paced(to_driver) : drain(to_driver);
}

/* One turn while nobody has it open: what comes is thrown away. */
static bool discard(struct channel *to_driver)
{
    struct pollfd polled = {.fd = to_driver->from, .events = POLLIN};

    to_driver->length = 0;
    if (poll(&polled, 1, CLOSED_POLL_MS) > 0 && !fill(to_driver)) {
        return false;
    }
    to_driver->length = 0;
    return true;
}

int main(int argc, char **argv)
{
    char name[64];
    bool was_open = false;

    long bits_per_second = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    if (argc < 2 || argc > 3 || (argc == 3 && bits_per_second <= 0)) {
        fprintf(stderr, "usage: fogwot-line LINK [BITS_PER_SECOND]\n");
        return 2;
    }
    byte_ns = bits_per_second > 0 ? BITS_PER_BYTE * SECOND_NS / bits_per_second : 0;
    link_path = argv[1];
    pid_t parent = getppid();
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent) {
        return EXIT_FAILURE;
    }
    signal(SIGTERM, on_signal);
    signal(SIGINT, on_signal);
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stderr, NULL, _IOLBF, 0);
    int terminal = open_terminal(name, sizeof name);
    set_nonblocking(terminal);
    set_nonblocking(STDIN_FILENO);
    set_nonblocking(STDOUT_FILENO);
    put_link(name);
    fprintf(stderr, "{\"ready\":true,\"line\":\"%s\"}\n", name);

    struct channel to_driver = {.from = STDIN_FILENO, .to = terminal};
    struct channel from_driver = {.from = terminal, .to = STDOUT_FILENO};
    for (bool goes_on = true; goes_on;) {
        bool now_open = is_open(terminal);
        if (now_open != was_open) {
            was_open = now_open;
            fprintf(stderr, "{\"open\":%s}\n", now_open ? "true" : "false");
        }
        goes_on = now_open ? relay(&to_driver, &from_driver) : discard(&to_driver);
    }
    unlink(link_path);
    return EXIT_SUCCESS;
}
