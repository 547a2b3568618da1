/* SPDX-License-Identifier: MIT */
/*
 * The Uno's real binary as an emulated board: ports/xbee-avr in simavr, with an XBee module in transparent mode on its serial line and a
 * thermistor in the modelled air on A0. Stands where fogwot-board stands, with the same options: one datagram is one radio packet.
 * Time is the wall clock's. The sampling interval after power-up is the firmware's own.
 */
#include <errno.h>
#include <simavr/avr_adc.h>
#include <simavr/avr_uart.h>
#include <simavr/sim_elf.h>
#include <simavr/sim_time.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "options.h"
#include "process.h"
#include "thermistor.h"

#define BAUD 9600u
#define BITS_PER_BYTE 10u
#define BYTE_US (BITS_PER_BYTE * 1000000u / BAUD)
/* The module ends a packet after this many characters of silence (parameter RO), or when it is full (NP). */
#define PACKETIZATION_BYTES 3u
#define PACKET_MAX 84u
#define SUPPLY_MILLIVOLT 5000u

static avr_t *avr;
static int socket_fd;
static bool is_over;
static struct timespec started;
static const struct thermistor *thermistor;

static struct {
    avr_irq_t *to_board;
    uint8_t incoming[1024];
    size_t incoming_at, incoming_length;
    uint8_t packet[PACKET_MAX];
    size_t packet_length;
    struct sockaddr_in coordinator; /* whoever sent last */
    bool has_coordinator;
} module;

static avr_cycle_count_t next_byte(avr_t *self, avr_cycle_count_t when, void *param)
{
    (void)when, (void)param;
    if (module.incoming_at == module.incoming_length) {
        module.incoming_at = module.incoming_length = 0;
        return 0;
    }
    avr_raise_irq(module.to_board, module.incoming[module.incoming_at++]);
    return self->cycle + avr_usec_to_cycles(self, BYTE_US);
}

static void receive_packets(void)
{
    uint8_t packet[PACKET_MAX + 1];

    for (;;) {
        struct sockaddr_in from;
        socklen_t from_length = sizeof from;
        ssize_t length = recvfrom(socket_fd, packet, sizeof packet, 0, (struct sockaddr *)&from, &from_length);
        if (length < 0) {
            if (errno == EAGAIN || errno == EWOULDBLOCK) {
                return;
            }
            continue; /* interrupted, or the refusal of an earlier send */
        }
        size_t count = (size_t)length;
        if (process_is_silent() || count == 0 || count > PACKET_MAX) {
            continue; /* out of reach, or no packet of a radio */
        }
        module.coordinator = from;
        module.has_coordinator = true;
        if (module.incoming_length + count > sizeof module.incoming) {
            continue; /* the module's buffer is full: lost, as there */
        }
        bool is_idle = module.incoming_length == 0;
        memcpy(module.incoming + module.incoming_length, packet, count);
        module.incoming_length += count;
        if (is_idle) {
            avr_cycle_timer_register_usec(avr, BYTE_US, next_byte, NULL);
        }
    }
}

static avr_cycle_count_t end_packet(avr_t *self, avr_cycle_count_t when, void *param)
{
    (void)self, (void)when, (void)param;
    if (module.packet_length > 0 && module.has_coordinator && !process_is_silent()) {
        /* Nobody there: lost, as it would be in the air. */
        if (sendto(socket_fd, module.packet, module.packet_length, 0, (struct sockaddr *)&module.coordinator,
                   sizeof module.coordinator) < 0) {
            errno = 0;
        }
    }
    module.packet_length = 0;
    return 0;
}

static void take_byte(avr_irq_t *irq, uint32_t value, void *param)
{
    (void)irq, (void)param;
    module.packet[module.packet_length++] = (uint8_t)value;
    if (module.packet_length == PACKET_MAX) {
        avr_cycle_timer_cancel(avr, end_packet, NULL);
        end_packet(avr, 0, NULL);
    } else {
        avr_cycle_timer_register_usec(avr, (1u + PACKETIZATION_BYTES) * BYTE_US, end_packet, NULL);
    }
}

/* The converter starts: the air decides what it will read. */
static void convert(avr_irq_t *irq, uint32_t value, void *param)
{
    (void)irq, (void)value;
    uint32_t count = (uint32_t)thermistor->measure(thermistor->context);
    avr_raise_irq(param, (count * SUPPLY_MILLIVOLT + THERMISTOR_COUNT_MAX - 1u) / THERMISTOR_COUNT_MAX);
}

static int64_t us_since_start(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)(now.tv_sec - started.tv_sec) * 1000000 + (now.tv_nsec - started.tv_nsec) / 1000;
}

/* The processor sleeps `cycles` long: time for the radio, and for the wall clock to come after. */
static void doze(avr_t *self, avr_cycle_count_t cycles)
{
    int64_t board_us = (int64_t)((self->cycle + cycles) / (self->frequency / 1000000u));
    int64_t ahead_us = board_us - us_since_start();
    bool is_readable = false;

    if (ahead_us < -1000000) { /* the machine was held for long: the board has slept as well */
        started.tv_sec -= (time_t)(ahead_us / 1000000);
    }
    if (!process_wait(socket_fd, ahead_us > 0 ? (int)((ahead_us + 999) / 1000) : 0, &is_readable)) {
        is_over = true;
    } else if (is_readable) {
        receive_packets();
    }
}

/* Standard output is ours: what simavr has to say of errors goes to the other one. */
static void log_errors(avr_t *self, const int level, const char *format, va_list arguments)
{
    (void)self;
    if (level <= LOG_ERROR) {
        vfprintf(stderr, format, arguments);
    }
}

static bool load(const char *executable)
{
    static char path[4096];
    static elf_firmware_t firmware;

    avr_global_logger_set(log_errors);
    const char *slash = strrchr(executable, '/');
    int folder = slash == NULL ? 0 : (int)(slash - executable + 1);
    snprintf(path, sizeof path, "%.*sxbee-avr.elf", folder, executable);
    if (elf_read_firmware(path, &firmware) != 0) {
        fprintf(stderr, "fogwot-xbee-leaf: %s: no firmware there (make avr-leaf)\n", path);
        return false;
    }
    avr = avr_make_mcu_by_name("atmega328p");
    if (avr == NULL) {
        fprintf(stderr, "fogwot-xbee-leaf: this simavr has no atmega328p\n");
        return false;
    }
    avr_init(avr);
    avr->frequency = 16000000;
    avr->vcc = avr->avcc = avr->aref = SUPPLY_MILLIVOLT;
    avr_load_firmware(avr, &firmware);
    return true;
}

static void wire(void)
{
    uint32_t flags = 0;

    avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags); /* no printing on the console */
    module.to_board = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_INPUT);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), take_byte, NULL);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_OUT_TRIGGER), convert,
                            avr_io_getirq(avr, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_ADC0));
    avr->sleep = doze;
}

int main(int argc, char **argv)
{
    pid_t parent = getppid();
    struct options options;
    struct sensor sensor;

    int result = options_read(&options, argc, argv);
    if (result != OPTIONS_RUN) {
        return result == OPTIONS_SHOWN ? EXIT_SUCCESS : 2;
    }
    if (!process_start(parent, options.silent) || !load(argv[0])) {
        return EXIT_FAILURE;
    }
    socket_fd = process_open_socket(&options.udp);
    if (socket_fd < 0) {
        return EXIT_FAILURE;
    }
    memset(&sensor, 0, sizeof sensor);
    options.type->start(&options.emulation, process_now_ms, &sensor);
    thermistor = sensor.context;
    wire();
    clock_gettime(CLOCK_MONOTONIC, &started);
    /* Until the first sample has been taken: who asks at once is answered. */
    while (avr->cycle < avr->frequency / 20 && !is_over) {
        avr_run(avr);
    }
    process_tell_ready(&options.udp);
    while (!is_over) {
        int state = avr_run(avr);
        if (state == cpu_Done || state == cpu_Crashed) {
            fprintf(stderr, "fogwot-xbee-leaf: the processor stopped in state %d\n", state);
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
