/* SPDX-License-Identifier: MIT */
/*
 * The Cortex-M3's real binary as an emulated board: ports/cortex-m in QEMU's LM3S6965, with this program at the far end of its serial
 * line. Stands where fogwot-board stands, with the same options: one datagram is one frame on the line, either way.
 * The converter is QEMU's, which gives a middle count with some noise, whatever the seed; the sampling interval after power-up is the firmware's.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "options.h"
#include "process.h"
#include "stream.h"

#define QEMU "qemu-system-arm"
/* Until its first sample it answers with an error; then it is asked again after this. */
#define ASK_AGAIN_MS 20
#define START_LIMIT_MS 4500u

static int socket_fd;
static int to_board, from_board;
static pid_t qemu;
static struct stream stream;
static struct sockaddr_in asker; /* whoever sent last */
static bool has_asker;
static bool is_ready;
static bool is_gone;

/* Gives up what can not be written at once: a line has no memory. */
static void write_line(const uint8_t *bytes, size_t length)
{
    if (write(to_board, bytes, length) < 0 && errno != EAGAIN && errno != EINTR) {
        is_gone = true;
    }
}

static void take_frame(const uint8_t *bytes, size_t length)
{
    struct frame frame;

    if (!is_ready) { /* an answer to ask_for_sample */
        is_ready = frame_decode(&frame, bytes, length) == 0 && frame.type == FRAME_READING;
        return;
    }
    /* Nobody there: lost, as it would be in the air. */
    if (has_asker && !process_is_silent() &&
        sendto(socket_fd, bytes, length, 0, (struct sockaddr *)&asker, sizeof asker) < 0) {
        errno = 0;
    }
}

static void read_line(void)
{
    uint8_t bytes[256];
    ssize_t count = read(from_board, bytes, sizeof bytes);

    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
        is_gone = true;
    }
    for (ssize_t i = 0; i < count; i++) {
        for (size_t length = stream_push(&stream, process_now_ms(), bytes[i]); length > 0; length = stream_next(&stream)) {
            take_frame(stream.bytes, length);
        }
    }
}

static void read_datagrams(void)
{
    uint8_t datagram[FRAME_MAX_BYTES + 1];

    for (;;) {
        struct sockaddr_in from;
        socklen_t from_length = sizeof from;
        ssize_t length = recvfrom(socket_fd, datagram, sizeof datagram, 0, (struct sockaddr *)&from, &from_length);
        if (length < 0) {
            if (errno == EAGAIN || errno == EWOULDBLOCK) {
                return;
            }
            continue; /* interrupted, or the refusal of an earlier send */
        }
        if (is_ready && !process_is_silent()) {
            asker = from;
            has_asker = true;
            write_line(datagram, (size_t)length);
        }
    }
}

static void ask_for_sample(void)
{
    const struct frame query = {.type = FRAME_QUERY, .sequence = UINT16_MAX};
    uint8_t bytes[FRAME_MAX_BYTES];
    int length = frame_encode(&query, bytes, sizeof bytes);

    write_line(bytes, (size_t)length);
}

static void run_qemu(const char *kernel, int in, int out)
{
    pid_t parent = getppid();

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_DFL);
    if (getppid() != parent || dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0) {
        _exit(EXIT_FAILURE);
    }
    execlp(QEMU, QEMU, "-M", "lm3s6965evb", "-display", "none", "-monitor", "none", "-nodefaults", "-chardev", "stdio,id=line,signal=off",
           "-serial", "chardev:line", "-kernel", kernel, (char *)NULL);
    fprintf(stderr, "fogwot-cortex-m: %s: %s (Debian: apt-get install qemu-system-arm)\n", QEMU, strerror(errno));
    _exit(EXIT_FAILURE);
}

static bool start_qemu(const char *executable)
{
    static char kernel[4096];
    const char *slash = strrchr(executable, '/');
    int folder = slash == NULL ? 0 : (int)(slash - executable + 1);
    int there[2], back[2];

    snprintf(kernel, sizeof kernel, "%.*scortex-m.elf", folder, executable);
    if (access(kernel, R_OK) != 0 || pipe2(there, O_CLOEXEC) != 0 || pipe2(back, O_CLOEXEC) != 0) {
        fprintf(stderr, "fogwot-cortex-m: %s: %s (make cortex-m)\n", kernel, strerror(errno));
        return false;
    }
    qemu = fork();
    if (qemu == 0) {
        run_qemu(kernel, there[0], back[1]);
    }
    close(there[0]);
    close(back[1]);
    to_board = there[1];
    from_board = back[0];
    return qemu > 0 && fcntl(to_board, F_SETFL, O_NONBLOCK) == 0 && fcntl(from_board, F_SETFL, O_NONBLOCK) == 0;
}

/* One descriptor to wait for: readable when the line or the air is. */
static int watch_both(void)
{
    int both = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};

    return both >= 0 && epoll_ctl(both, EPOLL_CTL_ADD, socket_fd, &event) == 0 &&
                   epoll_ctl(both, EPOLL_CTL_ADD, from_board, &event) == 0
               ? both
               : -1;
}

/* Returns false when the process is to end, or QEMU has. */
static bool serve(int both, int wait_ms)
{
    bool is_readable = false;

    if (!process_wait(both, wait_ms, &is_readable)) {
        return false;
    }
    if (is_readable) {
        read_line();
        read_datagrams();
    }
    if (is_gone) {
        fprintf(stderr, "fogwot-cortex-m: %s ended\n", QEMU);
    }
    return !is_gone;
}

int main(int argc, char **argv)
{
    pid_t parent = getppid();
    struct options options;

    int result = options_read(&options, argc, argv);
    if (result != OPTIONS_RUN) {
        return result == OPTIONS_SHOWN ? EXIT_SUCCESS : 2;
    }
    if (!process_start(parent, options.silent)) {
        return EXIT_FAILURE;
    }
    socket_fd = process_open_socket(&options.udp);
    if (socket_fd < 0 || !start_qemu(argv[0])) {
        return EXIT_FAILURE;
    }
    int both = watch_both();
    uint32_t started_ms = process_now_ms();
    bool goes_on = both >= 0;
    while (goes_on && !is_ready && process_now_ms() - started_ms < START_LIMIT_MS) {
        ask_for_sample();
        goes_on = serve(both, ASK_AGAIN_MS);
    }
    if (is_ready) {
        process_tell_ready(&options.udp);
    }
    while (is_ready && goes_on) {
        goes_on = serve(both, -1);
    }
    kill(qemu, SIGKILL);
    waitpid(qemu, NULL, 0);
    return is_ready && !is_gone ? EXIT_SUCCESS : EXIT_FAILURE;
}
