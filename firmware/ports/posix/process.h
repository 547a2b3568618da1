/* SPDX-License-Identifier: MIT */
/*
 * What every emulated board is as a Linux process: one UDP socket on the air side, ended by its standard input, its parent or a
 * signal, silenced by SIGUSR1 until SIGUSR2.
 */
#ifndef FOGWOT_POSIX_PROCESS_H
#define FOGWOT_POSIX_PROCESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Catches the signals and follows `parent` (getppid() as early as possible) into death. Says what failed on stderr.
 * Returns false if the process must not go on.
 */
bool process_start(pid_t parent, bool is_silent);

/* A bound, non-blocking socket, its real address put into `address`; or -1, said on stderr. */
int process_open_socket(struct sockaddr_in *address);

/* Says on standard output that the board can be asked, and where. */
void process_tell_ready(const struct sockaddr_in *address);

/*
 * Waits for the socket, a signal or the end of standard input, at most `wait_ms`. Tells a change of silence.
 * Returns false when the process is to end; `*is_readable` says whether the socket has something.
 */
bool process_wait(int socket_fd, int wait_ms, bool *is_readable);

/* Out of reach: what is sent to the board never arrives, and what it sends neither. */
bool process_is_silent(void);

/* Milliseconds of a monotonic clock; wraps. */
uint32_t process_now_ms(void);

#endif
