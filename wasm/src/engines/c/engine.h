/* What a WebAssembly engine gives to host.c: one instance of one processor. */
#ifndef FOGWOT_ENGINE_H
#define FOGWOT_ENGINE_H

#include <stdint.h>

enum call { CALL_ABI, CALL_IN_PTR, CALL_IN_CAP, CALL_OUT_PTR, CALL_OUT_CAP, CALL_INIT, CALL_PROCESS, CALL_STATE_SAVE, CALL_STATE_LOAD, CALLS };

/* A trap, or no such export. */
#define ENGINE_TRAP INT32_MIN

/* `globals`: names of the exported mutable globals, separated by commas. Ends the program when the module does not load. */
void engine_open(const char *wasm_file, char *globals);
int32_t engine_call(enum call which, int32_t first, int32_t second);
int32_t engine_tick(double ms);
/* May move with every call. */
uint8_t *engine_memory(uint32_t *size);
int engine_globals(void);
/* As bits, whatever the type. */
uint64_t engine_get_global(int index);
void engine_set_global(int index, uint64_t bits);
/* Index of `__fuel`, -1 without. */
int engine_fuel(void);

/* The module "fog", by host.c. */
void host_emit(int32_t port, uint32_t at, uint32_t length);
void host_gpio_write(int32_t slot, int32_t value);
double host_now(void);

#endif
