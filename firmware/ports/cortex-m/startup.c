/* SPDX-License-Identifier: MIT */
/* What runs before main on a Cortex-M3: the vector table, and memory as C wants it. */
#include <stdint.h>

#include "lm3s6965.h"

extern uint32_t data_load, data_start, data_end, bss_start, bss_end, stack_top;

int main(void);

/* A fault restarts the board: nobody is there to look at it. */
static void fault_handler(void)
{
    REGISTER(SCB_AIRCR) = SCB_AIRCR_RESET;
    for (;;) {
    }
}

void reset_handler(void);
void reset_handler(void)
{
    const uint32_t *from = &data_load;

    for (uint32_t *to = &data_start; to < &data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = &bss_start; to < &bss_end; to++) {
        *to = 0;
    }
    main();
    fault_handler();
}

#define EXCEPTIONS 16
#define SYSTICK 15

__attribute__((section(".vectors"), used)) static void (*const vectors[EXCEPTIONS + UART0_IRQ + 1])(void) = {
    (void (*)(void))(uintptr_t)&stack_top,
    reset_handler,
    fault_handler, /* NMI */
    fault_handler, /* hard fault */
    fault_handler, /* memory management */
    fault_handler, /* bus */
    fault_handler, /* usage */
    [SYSTICK] = systick_handler,
    [EXCEPTIONS + UART0_IRQ] = uart0_handler,
};
