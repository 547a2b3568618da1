/* Runs one processor by what stdin says, step by step, and writes to stdout what comes of it: the same for every
 * engine. Step: op u8 | a i32 | b i32 | t f64 | length u32 | bytes. Answer: any number of
 * 'E' port i32, length u32, bytes (sent) and 'W' slot i32, value i32 (written), then 'R' code i32, length u32, bytes.
 *   I init  P process(a)  T tick(t)  S state_save  L state_load(version a)  G image  R restore  B process(a) of t bytes at a time, b times
 * An image is the memory's size u32, the memory, the globals u64 each. B answers with nanoseconds as 2 * f64: by the clock, and of the processor. */
#include "engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct {
	int32_t fuel;
	uint32_t in_ptr, in_cap, out_ptr;
	double now_ms;
	int is_timing;
} host;

static void put(const void *bytes, size_t length)
{
	if (length && fwrite(bytes, 1, length, stdout) != length)
		exit(3);
}

static void put_u32(uint32_t value)
{
	put(&value, 4);
}

static void put_result(int32_t code, const void *bytes, uint32_t length)
{
	putchar('R');
	put_u32((uint32_t)code);
	put_u32(length);
	put(bytes, length);
}

void host_emit(int32_t port, uint32_t at, uint32_t length)
{
	uint32_t size;
	const uint8_t *memory = engine_memory(&size);

	if (host.is_timing)
		return;
	putchar('E');
	put_u32((uint32_t)port);
	put_u32(length);
	put(memory + at, length);
}

void host_gpio_write(int32_t slot, int32_t value)
{
	if (host.is_timing)
		return;
	putchar('W');
	put_u32((uint32_t)slot);
	put_u32((uint32_t)value);
}

double host_now(void)
{
	return host.now_ms;
}

static void refuel(void)
{
	if (engine_fuel() >= 0)
		engine_set_global(engine_fuel(), (uint32_t)host.fuel);
}

static void give(const uint8_t *bytes, uint32_t length)
{
	uint32_t size;

	memcpy(engine_memory(&size) + host.in_ptr, bytes, length);
}

static void answer(int32_t code)
{
	uint32_t size;

	put_result(code, engine_memory(&size) + host.out_ptr, code > 0 ? (uint32_t)code : 0);
}

static void take_image(void)
{
	uint32_t size;
	uint8_t *memory = engine_memory(&size);

	putchar('R');
	put_u32(0);
	put_u32(4 + size + 8 * (uint32_t)engine_globals());
	put_u32(size);
	put(memory, size);
	for (int i = 0; i < engine_globals(); i++) {
		uint64_t bits = engine_get_global(i);
		put(&bits, 8);
	}
}

static void restore(const uint8_t *image, uint32_t length)
{
	uint32_t size, said;
	uint8_t *memory = engine_memory(&size);

	memcpy(&said, image, 4);
	if (said != size || length != 4 + size + 8 * (uint32_t)engine_globals())
		exit(4);
	memcpy(memory, image + 4, size);
	for (int i = 0; i < engine_globals(); i++) {
		uint64_t bits;
		memcpy(&bits, image + 4 + size + 8 * i, 8);
		engine_set_global(i, bits);
	}
	put_result(0, NULL, 0);
}

#ifdef FOGWOT_BOARD
/* A board that is emulated has no time of its own worth measuring. */
static double clock_ns(int is_busy)
{
	(void)is_busy;
	return 0;
}
#else
/* By the clock, or of the processor. */
static double clock_ns(int is_busy)
{
	struct timespec now;

	clock_gettime(is_busy ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}
#endif

static void time_calls(int32_t port, int32_t count, const uint8_t *bytes, uint32_t length, uint32_t chunk)
{
	int32_t code = 0;
	uint32_t at = 0;
	double ns[2], from, busy_from;

	host.is_timing = 1;
	busy_from = clock_ns(1);
	from = clock_ns(0);
	for (int32_t i = 0; i < count; i++) {
		refuel();
		give(bytes + at, chunk);
		code = engine_call(CALL_PROCESS, port, (int32_t)chunk);
		at = at + chunk == length ? 0 : at + chunk;
	}
	ns[0] = clock_ns(0) - from;
	ns[1] = clock_ns(1) - busy_from;
	host.is_timing = 0;
	put_result(code, ns, sizeof ns);
}

static void step(uint8_t op, int32_t a, int32_t b, const uint8_t *bytes, uint32_t length)
{
	/* An image shows what the call before it has left. */
	if (op != 'G')
		refuel();
	if (op != 'R' && op != 'G' && op != 'B') {
		if (length > host.in_cap)
			exit(5);
		give(bytes, length);
	}
	switch (op) {
	case 'I': answer(engine_call(CALL_INIT, (int32_t)length, 0)); break;
	case 'P': answer(engine_call(CALL_PROCESS, a, (int32_t)length)); break;
	case 'T': answer(engine_tick(host.now_ms)); break;
	case 'S': answer(engine_call(CALL_STATE_SAVE, 0, 0)); break;
	case 'L': answer(engine_call(CALL_STATE_LOAD, (int32_t)length, a)); break;
	case 'G': take_image(); break;
	case 'R': restore(bytes, length); break;
	case 'B': time_calls(a, b, bytes, length, (uint32_t)host.now_ms); break;
	default: exit(6);
	}
}

int main(int argc, char **argv)
{
	uint8_t head[21];
	double from;

#ifdef FOGWOT_BOARD
	/* A board's two more arguments are the files that stand for standard input and output. */
	if (argc != 6 || !freopen(argv[4], "rb", stdin) || !freopen(argv[5], "wb", stdout))
		return 2;
#else
	if (argc != 4)
		return 2;
#endif
	host.fuel = (int32_t)strtol(argv[2], NULL, 10);
	from = clock_ns(0);
	engine_open(argv[1], argv[3]);
	refuel();
	host.in_ptr = (uint32_t)engine_call(CALL_IN_PTR, 0, 0);
	host.in_cap = (uint32_t)engine_call(CALL_IN_CAP, 0, 0);
	host.out_ptr = (uint32_t)engine_call(CALL_OUT_PTR, 0, 0);
	fprintf(stderr, "opened in %.0f ns\n", clock_ns(0) - from);
	while (fread(head, 1, sizeof head, stdin) == sizeof head) {
		int32_t a, b;
		uint32_t length;
		uint8_t *bytes;

		memcpy(&a, head + 1, 4);
		memcpy(&b, head + 5, 4);
		memcpy(&host.now_ms, head + 9, 8);
		memcpy(&length, head + 17, 4);
		bytes = malloc(length + 1);
		if (!bytes || fread(bytes, 1, length, stdin) != length)
			return 7;
		step(head[0], a, b, bytes, length);
		free(bytes);
	}
	return 0;
}
