/* What runs before main on a bare Cortex-M3: vectors, memory as C wants it, and the command line of the debugger (semihosting). */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SYS_GET_CMDLINE 0x15
#define ARGUMENTS_MAX 8

extern uint32_t data_load, data_start, data_end, bss_start, bss_end, stack_top;

int main(int argc, char **argv);
void initialise_monitor_handles(void);
void reset_handler(void);

static char line[4096];

static int semihost(int operation, void *parameters)
{
	register int r0 __asm("r0") = operation;
	register void *r1 __asm("r1") = parameters;

	__asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
	return r0;
}

/* Nobody is there to look at it: the emulator ends. */
static void fault_handler(void)
{
	_Exit(20);
}

void reset_handler(void)
{
	struct {
		char *buffer;
		int size;
	} command = { line, sizeof line };
	char *arguments[ARGUMENTS_MAX + 1] = { 0 };
	int count = 0;

	memcpy(&data_start, &data_load, (size_t)((char *)&data_end - (char *)&data_start));
	memset(&bss_start, 0, (size_t)((char *)&bss_end - (char *)&bss_start));
	initialise_monitor_handles();
	if (semihost(SYS_GET_CMDLINE, &command))
		_Exit(21);
	for (char *word = strtok(line, " "); word && count < ARGUMENTS_MAX; word = strtok(NULL, " "))
		arguments[count++] = word;
	exit(main(count, arguments));
}

/* Of the C library's own start, which this one replaces. */
void _init(void);
void _init(void)
{
}

void _fini(void);
void _fini(void)
{
}

__attribute__((section(".vectors"), used)) static void (*const vectors[16])(void) = {
	(void (*)(void))(uintptr_t)&stack_top,
	reset_handler,
	fault_handler, /* NMI */
	fault_handler, /* hard fault */
	fault_handler, /* memory management */
	fault_handler, /* bus */
	fault_handler, /* usage */
};
