/* wasm3 0.5.0 behind engine.h. */
#include "engine.h"
#include "wasm3.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const NAMES[CALLS] = { "abi", "in_ptr", "in_cap", "out_ptr", "out_cap", "init", "process", "state_save", "state_load" };
static const uint32_t ARGUMENTS[CALLS] = { 0, 0, 0, 0, 0, 1, 2, 0, 2 };

static IM3Runtime runtime;
static IM3Function functions[CALLS];
static IM3Function tick;
static IM3Global globals[64];
static int global_count;
static int fuel = -1;

static void check(const char *what, M3Result result)
{
	if (!result)
		return;
	fprintf(stderr, "%s: %s\n", what, result);
	exit(8);
}

static m3ApiRawFunction(raw_emit)
{
	m3ApiGetArg(int32_t, port);
	m3ApiGetArg(uint32_t, at);
	m3ApiGetArg(uint32_t, length);
	m3ApiCheckMem(m3ApiOffsetToPtr(at), length);
	host_emit(port, at, length);
	m3ApiSuccess();
}

static m3ApiRawFunction(raw_gpio_write)
{
	m3ApiGetArg(int32_t, slot);
	m3ApiGetArg(int32_t, value);
	host_gpio_write(slot, value);
	m3ApiSuccess();
}

static m3ApiRawFunction(raw_now)
{
	m3ApiReturnType(double);
	m3ApiReturn(host_now());
}

static void link_import(IM3Module module, const char *name, const char *type, M3RawCall function)
{
	M3Result result = m3_LinkRawFunction(module, "fog", name, type, function);

	if (result != m3Err_functionLookupFailed)
		check(name, result);
}

static uint8_t *read_file(const char *name, uint32_t *size)
{
	FILE *file = fopen(name, "rb");
	uint8_t *bytes;

	if (!file)
		exit(9);
	fseek(file, 0, SEEK_END);
	*size = (uint32_t)ftell(file);
	rewind(file);
	bytes = malloc(*size);
	if (!bytes || fread(bytes, 1, *size, file) != *size)
		exit(9);
	fclose(file);
	return bytes;
}

void engine_open(const char *wasm_file, char *names)
{
	IM3Environment environment = m3_NewEnvironment();
	IM3Module module;
	uint32_t size;
	/* wasm3 refers to it as long as the module lives. */
	uint8_t *bytes = read_file(wasm_file, &size);

	runtime = m3_NewRuntime(environment, 64 * 1024, NULL);
	check("parse", m3_ParseModule(environment, &module, bytes, size));
	check("load", m3_LoadModule(runtime, module));
	link_import(module, "emit", "v(iii)", raw_emit);
	link_import(module, "gpio_write", "v(ii)", raw_gpio_write);
	link_import(module, "now", "F()", raw_now);
	/* It compiles a function when it is looked up first: a fault shows here, not in the first frame. */
	for (int i = 0; i < CALLS; i++) {
		M3Result result = m3_FindFunction(&functions[i], runtime, NAMES[i]);
		if (i <= CALL_PROCESS || result != m3Err_functionLookupFailed)
			check(NAMES[i], result);
	}
	if (m3_FindFunction(&tick, runtime, "tick"))
		tick = NULL;
	for (char *name = strtok(names, ","); name && global_count < 64; name = strtok(NULL, ",")) {
		if (strcmp(name, "__fuel") == 0)
			fuel = global_count;
		globals[global_count] = m3_FindGlobal(module, name);
		if (!globals[global_count++])
			check(name, "no such global");
	}
}

int32_t engine_call(enum call which, int32_t first, int32_t second)
{
	const void *arguments[2] = { &first, &second };
	int32_t value = 0;

	if (!functions[which] || m3_Call(functions[which], ARGUMENTS[which], arguments) || m3_GetResultsV(functions[which], &value))
		return ENGINE_TRAP;
	return value;
}

int32_t engine_tick(double ms)
{
	const void *arguments[1] = { &ms };
	int32_t value = 0;

	if (!tick || m3_Call(tick, 1, arguments) || m3_GetResultsV(tick, &value))
		return ENGINE_TRAP;
	return value;
}

uint8_t *engine_memory(uint32_t *size)
{
	return m3_GetMemory(runtime, size, 0);
}

int engine_globals(void)
{
	return global_count;
}

int engine_fuel(void)
{
	return fuel;
}

uint64_t engine_get_global(int index)
{
	M3TaggedValue value = { 0 };
	uint64_t bits = 0;

	check("get global", m3_GetGlobal(globals[index], &value));
	if (value.type == c_m3Type_i32 || value.type == c_m3Type_f32)
		memcpy(&bits, &value.value, 4);
	else
		memcpy(&bits, &value.value, 8);
	return bits;
}

void engine_set_global(int index, uint64_t bits)
{
	M3TaggedValue value = { .type = m3_GetGlobalType(globals[index]) };

	memcpy(&value.value, &bits, 8);
	check("set global", m3_SetGlobal(globals[index], &value));
}
