/* SPDX-License-Identifier: MIT */
#include <simavr/avr_uart.h>
#include <simavr/sim_time.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"

#define FLUSH_US 10000u
#define GUARD_US 250000u
#define BITS_PER_BYTE 10u
#define UBRR0L 0xc4
#define UBRR0H 0xc5
#define UCSR0A 0xc0
#define U2X0 0x02

/* The speed the board's UART is set to. */
static uint32_t board_baud(const avr_t *avr)
{
    uint32_t divisor = (uint32_t)(avr->data[UBRR0L] | (avr->data[UBRR0H] << 8)) + 1;

    return avr->frequency / (((avr->data[UCSR0A] & U2X0) != 0 ? 8 : 16) * divisor);
}

/* Within 2 %, as a UART bears. */
static bool is_same_speed(const struct module *module)
{
    uint32_t baud = board_baud(module->avr);

    return baud > module->baud - module->baud / 50 && baud < module->baud + module->baud / 50;
}

static uint32_t byte_us(const struct module *module)
{
    return BITS_PER_BYTE * 1000000u / module->baud;
}

static avr_cycle_count_t send_next(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct module *module = param;

    (void)when;
    if (module->outgoing_at == module->outgoing_length) {
        module->outgoing_at = module->outgoing_length = 0;
        return 0;
    }
    uint8_t byte = module->outgoing[module->outgoing_at++];
    avr_raise_irq(module->to_board, is_same_speed(module) ? byte : (uint8_t)(byte ^ 0xaa));
    return avr->cycle + avr_usec_to_cycles(avr, byte_us(module));
}

static void say(struct module *module, const void *bytes, size_t length)
{
    bool idle = module->outgoing_length == 0;

    if (module->outgoing_length + length <= sizeof module->outgoing) {
        memcpy(module->outgoing + module->outgoing_length, bytes, length);
        module->outgoing_length += length;
    }
    if (idle) {
        avr_cycle_timer_register_usec(module->avr, byte_us(module), send_next, module);
    }
}

static void say_text(struct module *module, const char *text)
{
    say(module, text, strlen(text));
}

static void obey(struct module *module)
{
    char text[128];
    const char *line = module->line;

    module->commands++;
    if (strncmp(line, "set opt deviceid ", 17) == 0) {
        snprintf(module->device_id, sizeof module->device_id, "%s", line + 17);
        say_text(module, "AOK\r\n<4.00> ");
    } else if (strncmp(line, "set ", 4) == 0) {
        module->has_config = module->has_config || strcmp(line, "set wlan join 1") == 0;
        if (strncmp(line, "set uart baud ", 14) == 0) {
            module->saved_baud = 38400;
        }
        say_text(module, "AOK\r\n<4.00> ");
    } else if (strcmp(line, "get option") == 0) {
        snprintf(text, sizeof text, "JoinTmr=1000\r\nReplace=0x24\r\nDeviceId=%s\r\nPassword=\r\nFormat=0x00\r\n<4.00> ",
                 module->saved_device_id);
        say_text(module, text);
    } else if (strcmp(line, "save") == 0) {
        module->saves++;
        memcpy(module->saved_device_id, module->device_id, sizeof module->device_id);
        say_text(module, "Storing in config\r\n<4.00> ");
    } else if (strcmp(line, "reboot") == 0) {
        module->reboots++;
        module->in_command_mode = false;
        module->baud = module->saved_baud;
        module->outgoing_at = module->outgoing_length = 0;
        say_text(module, "*Reboot*WiFly Ver 4.00\r\n*READY*\r\n");
    } else if (strcmp(line, "exit") == 0) {
        module->in_command_mode = false;
        say_text(module, "EXIT\r\n");
    } else {
        say_text(module, "ERR: ?-Cmd\r\n<4.00> ");
    }
}

static avr_cycle_count_t end_datagram(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct module *module = param;

    (void)avr, (void)when;
    if (module->dollars == 3 && module->datagram_length == 3) {
        module->in_command_mode = true; /* three dollars alone, silence before and after */
        module->line_length = 0;
        say_text(module, "CMD\r\n");
    } else if (module->datagram_length > 0 && module->on_datagram != NULL) {
        module->on_datagram(module->datagram, module->datagram_length);
    }
    module->dollars = 0;
    module->datagram_length = 0;
    return 0;
}

static void take_data(struct module *module, uint8_t byte, avr_cycle_count_t silent_for)
{
    if (byte == '$' && module->datagram_length == 0 && silent_for > avr_usec_to_cycles(module->avr, GUARD_US)) {
        module->dollars = 1;
    } else if (byte == '$' && module->dollars > 0 && module->dollars == module->datagram_length) {
        module->dollars++;
    }
    if (module->datagram_length < sizeof module->datagram) {
        module->datagram[module->datagram_length++] = byte;
    }
    avr_cycle_timer_register_usec(module->avr, FLUSH_US, end_datagram, module);
}

static void take_byte(avr_irq_t *irq, uint32_t value, void *param)
{
    struct module *module = param;
    avr_cycle_count_t silent_for = module->avr->cycle - module->last_byte_at;

    (void)irq;
    module->last_byte_at = module->avr->cycle;
    if (!is_same_speed(module)) {
        module->garbled++;
    } else if (!module->in_command_mode) {
        take_data(module, (uint8_t)value, silent_for);
    } else if (value == '\r') {
        module->line[module->line_length] = '\0';
        module->line_length = 0;
        obey(module);
    } else if (module->line_length < sizeof module->line - 1) {
        module->line[module->line_length++] = (char)value;
    }
}

void module_start(struct module *module, avr_t *avr)
{
    uint32_t flags = 0;

    memset(module, 0, sizeof *module);
    module->avr = avr;
    module->baud = module->saved_baud = 9600;
    strcpy(module->device_id, "WiFly-GSX");
    strcpy(module->saved_device_id, "WiFly-GSX");
    avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags); /* no printing on the console */
    module->to_board = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_INPUT);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), take_byte, module);
}

void module_receive(struct module *module, const uint8_t *bytes, size_t length)
{
    if (!module->in_command_mode) {
        say(module, bytes, length);
    }
}
