/* A processor in C, compiled for this machine, behind engine.h: what WebAssembly is measured against. Linked at fixed
 * addresses below 2 GiB (-no-pie), so that the ABI's 32-bit pointers are pointers. */
#include "engine.h"

#include <stddef.h>

extern int32_t abi(void), in_ptr(void), in_cap(void), out_ptr(void), out_cap(void);
extern int32_t init(int32_t length), process(int32_t port, int32_t length);
extern int32_t state_save(void), state_load(int32_t length, int32_t version);

void fogwot_emit(int32_t port, const void *bytes, int32_t length)
{
	host_emit(port, (uint32_t)(uintptr_t)bytes, (uint32_t)length);
}

void engine_open(const char *wasm_file, char *globals)
{
	(void)wasm_file;
	(void)globals;
}

int32_t engine_call(enum call which, int32_t first, int32_t second)
{
	switch (which) {
	case CALL_ABI: return abi();
	case CALL_IN_PTR: return in_ptr();
	case CALL_IN_CAP: return in_cap();
	case CALL_OUT_PTR: return out_ptr();
	case CALL_OUT_CAP: return out_cap();
	case CALL_INIT: return init(first);
	case CALL_PROCESS: return process(first, second);
	case CALL_STATE_SAVE: return state_save();
	case CALL_STATE_LOAD: return state_load(first, second);
	default: return ENGINE_TRAP;
	}
}

int32_t engine_tick(double ms)
{
	(void)ms;
	return ENGINE_TRAP;
}

/* All of the address space: a pointer is an offset. */
uint8_t *engine_memory(uint32_t *size)
{
	static uint8_t *volatile base;

	*size = 0;
	return base;
}

int engine_globals(void)
{
	return 0;
}

int engine_fuel(void)
{
	return -1;
}

uint64_t engine_get_global(int index)
{
	(void)index;
	return 0;
}

void engine_set_global(int index, uint64_t bits)
{
	(void)index;
	(void)bits;
}
