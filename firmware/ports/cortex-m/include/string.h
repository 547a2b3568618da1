/* SPDX-License-Identifier: MIT */
/* What the core and the compiler need of a C library: memory.c. The port does without one. */
#ifndef FOGWOT_CORTEX_M_STRING_H
#define FOGWOT_CORTEX_M_STRING_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t count);
void *memmove(void *to, const void *from, size_t count);
void *memset(void *at, int value, size_t count);
int memcmp(const void *a, const void *b, size_t count);

#endif
