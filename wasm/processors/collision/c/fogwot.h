/* Processor ABI v1 for C: exports by FOGWOT_EXPORT, the module "fog", the error codes. Compiled for the machine
 * itself, imports are ordinary functions. */
#ifndef FOGWOT_H
#define FOGWOT_H

#include <stdint.h>

#ifdef __wasm__
#define FOGWOT_EXPORT(name) __attribute__((export_name(#name)))
#define FOGWOT_IMPORT(name) __attribute__((import_module("fog"), import_name(#name)))
#else
#define FOGWOT_EXPORT(name)
#define FOGWOT_IMPORT(name)
#endif

#define FOGWOT_ABI 0x10000
#define FOGWOT_STATE 1
#define FOGWOT_E_LENGTH -1
#define FOGWOT_E_PORT -2
#define FOGWOT_E_VALUE -3
#define FOGWOT_E_CONFIG -4
#define FOGWOT_E_STATE -5
#define FOGWOT_E_SPACE -6
#define FOGWOT_E_OWN -16

/* Sends bytes out of a port. */
FOGWOT_IMPORT(emit) void fogwot_emit(int32_t port, const void *bytes, int32_t length);

#endif
