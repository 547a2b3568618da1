/* wabt's wasm2c behind engine.h. `module.h` is wasm2c's, `glue.h` says what the module exports. */
#include "engine.h"
#include "module.h"
#include "wasm-rt-impl.h"

#include <stdlib.h>
#include <string.h>

struct Z_fog_instance_t {
	int none;
};

static Z_processor_instance_t instance;
static struct Z_fog_instance_t fog;

#include "glue.h"

static const struct {
	const char *name;
	int size;
} GLOBALS[] = { GLUE_GLOBALS { "", 0 } };

void Z_fogZ_emit(struct Z_fog_instance_t *self, u32 port, u32 at, u32 length)
{
	(void)self;
	if (at > instance_memory()->size || length > instance_memory()->size - at)
		wasm_rt_trap(WASM_RT_TRAP_OOB);
	host_emit((int32_t)port, at, length);
}

void Z_fogZ_gpio_write(struct Z_fog_instance_t *self, u32 slot, u32 value)
{
	(void)self;
	host_gpio_write((int32_t)slot, (int32_t)value);
}

f64 Z_fogZ_now(struct Z_fog_instance_t *self)
{
	(void)self;
	return host_now();
}

void engine_open(const char *wasm_file, char *globals)
{
	(void)wasm_file;
	(void)globals;
	wasm_rt_init();
	Z_processor_init_module();
	GLUE_INSTANTIATE;
}

static int32_t call(enum call which, int32_t first, int32_t second)
{
	switch (which) {
		GLUE_CALLS
	default:
		return ENGINE_TRAP;
	}
}

int32_t engine_call(enum call which, int32_t first, int32_t second)
{
	if (wasm_rt_impl_try() != 0)
		return ENGINE_TRAP;
	return call(which, first, second);
}

int32_t engine_tick(double ms)
{
	if (wasm_rt_impl_try() != 0)
		return ENGINE_TRAP;
	return GLUE_TICK;
}

uint8_t *engine_memory(uint32_t *size)
{
	*size = (uint32_t)instance_memory()->size;
	return instance_memory()->data;
}

int engine_globals(void)
{
	return (int)(sizeof GLOBALS / sizeof GLOBALS[0]) - 1;
}

int engine_fuel(void)
{
	return GLUE_FUEL;
}

uint64_t engine_get_global(int index)
{
	uint64_t bits = 0;

	memcpy(&bits, global_at(index), (size_t)GLOBALS[index].size);
	return bits;
}

void engine_set_global(int index, uint64_t bits)
{
	memcpy(global_at(index), &bits, (size_t)GLOBALS[index].size);
}
