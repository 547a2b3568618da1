/*
 * Processor ABI v1 for C. The text that binds is wasm/abi/README.md.
 *
 *   clang --target=wasm32 -O2 -ffp-contract=off -nostdlib -mexec-model=reactor -Wl,--no-entry \
 *     -Wl,--initial-memory=65536,--max-memory=65536,-z,stack-size=8192 -o processor.wasm processor.c
 *
 * Then name `processor.wasm` as `source` in manifest.json: the publish pass does the rest. No start
 * section, no libc, no floating-point contraction: every engine must compute the same bits.
 */
#ifndef FOGWOT_PROCESSOR_H
#define FOGWOT_PROCESSOR_H

#include <stdint.h>

#define FOGWOT_ABI 0x00010000
#define FOGWOT_STATE 1 /* it has state_save and state_load */
#define FOGWOT_TICK 2  /* it has tick */
#define FOGWOT_ASSET 4 /* it reads assets */

enum {
  FOGWOT_E_LENGTH = -1, /* the input's length does not fit the port */
  FOGWOT_E_PORT = -2,   /* there is no such port */
  FOGWOT_E_VALUE = -3,  /* a value in the input is out of range */
  FOGWOT_E_CONFIG = -4, /* the configuration cannot be used */
  FOGWOT_E_STATE = -5,  /* the state is of a version or form not understood */
  FOGWOT_E_SPACE = -6,  /* the output does not fit */
  FOGWOT_E_ASSET = -7,  /* an asset is missing or has another size */
  FOGWOT_E_OWN = -16    /* this and below: the processor's own */
};

enum { FOGWOT_DEBUG, FOGWOT_INFO, FOGWOT_WARN, FOGWOT_ERROR };

#if defined(__wasm__)
#define FOGWOT_EXPORT(name) __attribute__((export_name(#name), visibility("default")))
#define FOGWOT_IMPORT(name) __attribute__((import_module("fog"), import_name(#name)))
#else
/* The same source as a program of the host, for tests. */
#define FOGWOT_EXPORT(name)
#define FOGWOT_IMPORT(name)
#endif

/* Each needs the capability of its name in the manifest. */
FOGWOT_IMPORT(emit) void fogwot_emit(int32_t port, const void *bytes, int32_t length);
FOGWOT_IMPORT(log) void fogwot_log(int32_t level, const char *text, int32_t length);
FOGWOT_IMPORT(now) double fogwot_now(void);
FOGWOT_IMPORT(gpio_write) void fogwot_gpio_write(int32_t slot, int32_t value);
FOGWOT_IMPORT(asset)
int32_t fogwot_asset(int32_t index, int32_t offset, void *bytes, int32_t length);

/*
 * Once, in one source file: the buffers, and the five exports that say where they are and what is
 * implemented. `features` is a sum of FOGWOT_STATE, FOGWOT_TICK, FOGWOT_ASSET; the sizes are those of the
 * manifest's `buffers`.
 */
#define FOGWOT_PROCESSOR(features, in_bytes, out_bytes)                                          \
  _Alignas(16) uint8_t fogwot_in[in_bytes];                                                      \
  _Alignas(16) uint8_t fogwot_out[out_bytes];                                                    \
  FOGWOT_EXPORT(abi) int32_t fogwot_abi(void) { return FOGWOT_ABI | (features); }                \
  FOGWOT_EXPORT(in_ptr) int32_t fogwot_in_ptr(void) { return (int32_t)(intptr_t)fogwot_in; }     \
  FOGWOT_EXPORT(in_cap) int32_t fogwot_in_cap(void) { return (in_bytes); }                       \
  FOGWOT_EXPORT(out_ptr) int32_t fogwot_out_ptr(void) { return (int32_t)(intptr_t)fogwot_out; }  \
  FOGWOT_EXPORT(out_cap) int32_t fogwot_out_cap(void) { return (out_bytes); }

extern uint8_t fogwot_in[];
extern uint8_t fogwot_out[];

/* What the processor implements; write FOGWOT_EXPORT(process) before the definition of fogwot_process. */
int32_t fogwot_init(int32_t length);
int32_t fogwot_process(int32_t port, int32_t length);
int32_t fogwot_tick(double ms);
int32_t fogwot_state_save(void);
int32_t fogwot_state_load(int32_t length, int32_t version);

/* Little-endian fields of records, at any address; NaN is written in its one form. */
#define FOGWOT_FIELD(type, name)                                                                 \
  static inline type fogwot_get_##name(const uint8_t *at) {                                      \
    type value;                                                                                  \
    __builtin_memcpy(&value, at, sizeof value);                                                  \
    return value;                                                                                \
  }                                                                                              \
  static inline void fogwot_put_##name(uint8_t *at, type value) {                                \
    __builtin_memcpy(at, &value, sizeof value);                                                  \
  }
FOGWOT_FIELD(uint16_t, u16)
FOGWOT_FIELD(int16_t, i16)
FOGWOT_FIELD(uint32_t, u32)
FOGWOT_FIELD(int32_t, i32)
FOGWOT_FIELD(float, raw_f32)
FOGWOT_FIELD(double, raw_f64)
#undef FOGWOT_FIELD

static inline float fogwot_get_f32(const uint8_t *at) { return fogwot_get_raw_f32(at); }
static inline double fogwot_get_f64(const uint8_t *at) { return fogwot_get_raw_f64(at); }

static inline void fogwot_put_f32(uint8_t *at, float value) {
  if (value == value) fogwot_put_raw_f32(at, value);
  else fogwot_put_u32(at, 0x7fc00000u);
}

static inline void fogwot_put_f64(uint8_t *at, double value) {
  if (value == value) {
    fogwot_put_raw_f64(at, value);
  } else {
    fogwot_put_u32(at, 0);
    fogwot_put_u32(at + 4, 0x7ff80000u);
  }
}

#endif
