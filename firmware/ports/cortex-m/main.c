/* SPDX-License-Identifier: MIT */
/*
 * The board on a Stellaris LM3S6965 (Cortex-M3) with a thermistor on ADC0, speaking the board protocol on UART0: no library, no
 * operating system. An interrupt for each byte and each millisecond; between them it sleeps.
 */
#include <stdbool.h>

#include "board.h"
#include "lm3s6965.h"
#include "stream.h"
#include "thermistor.h"

#define BAUD 115200u
/* Two frames: one is looked at while the next one arrives. A power of two. */
#define RECEIVED_MAX 256u
#define CONVERSIONS_HZ 20u
/* The converter's own memory holds this many results. */
#define CONVERSIONS_KEPT 4u

/* The line has one far end. */
static const struct peer far_end;

static volatile uint32_t milliseconds;
static volatile uint8_t received[RECEIVED_MAX];
static volatile uint32_t received_in;
static uint32_t received_out;

static struct board board;
static struct stream stream;
static int last_count;

void systick_handler(void)
{
    milliseconds++;
}

/* A byte that finds no room is lost: the frame's checksum tells. */
void uart0_handler(void)
{
    while ((REGISTER(UART0_FR) & UART0_FR_RX_EMPTY) == 0) {
        uint8_t byte = (uint8_t)REGISTER(UART0_DR);
        uint32_t next = (received_in + 1u) % RECEIVED_MAX;
        if (next != received_out) {
            received[received_in] = byte;
            received_in = next;
        }
    }
    REGISTER(UART0_ICR) = UART0_RX;
}

static uint32_t now_ms(void)
{
    return milliseconds;
}

static void send_frame(void *context, const struct peer *to, const uint8_t *bytes, uint8_t length)
{
    (void)context, (void)to;
    for (uint8_t i = 0; i < length; i++) {
        while ((REGISTER(UART0_FR) & UART0_FR_TX_FULL) != 0) {
        }
        REGISTER(UART0_DR) = bytes[i];
    }
}

/* The newest conversion. */
static int measure(void *context)
{
    (void)context;
    for (uint8_t i = 0; i < CONVERSIONS_KEPT && (REGISTER(ADC_SSFSTAT3) & ADC_SSFSTAT_EMPTY) == 0; i++) {
        last_count = (int)(REGISTER(ADC_SSFIFO3) & THERMISTOR_COUNT_MAX);
    }
    return last_count;
}

static void start_clock(void)
{
    uint32_t rcc = REGISTER(SYSCTL_RCC) | SYSCTL_RCC_BYPASS;

    REGISTER(SYSCTL_RCC) = rcc & ~SYSCTL_RCC_USE_DIVIDER;
    rcc &= ~(SYSCTL_RCC_MAIN_OFF | SYSCTL_RCC_SOURCE | SYSCTL_RCC_CRYSTAL | SYSCTL_RCC_PLL_OFF | SYSCTL_RCC_DIVIDER);
    rcc |= SYSCTL_RCC_CRYSTAL_8MHZ | SYSCTL_RCC_USE_DIVIDER | SYSCTL_RCC_DIVIDE_BY_4;
    REGISTER(SYSCTL_RCC) = rcc;
    while ((REGISTER(SYSCTL_RIS) & SYSCTL_RIS_PLL_LOCKED) == 0) {
    }
    REGISTER(SYSCTL_RCC) = rcc & ~SYSCTL_RCC_BYPASS;
    REGISTER(SYSTICK_LOAD) = CLOCK_HZ / 1000u - 1u;
    REGISTER(SYSTICK_VAL) = 0;
    REGISTER(SYSTICK_CTRL) = SYSTICK_CTRL_ON;
}

static void start_line(void)
{
    /* In 64ths, rounded: 16 samples a bit. */
    uint32_t divisor = (CLOCK_HZ * 8u / BAUD + 1u) / 2u;

    REGISTER(GPIOA_AFSEL) |= GPIOA_UART0_PINS;
    REGISTER(GPIOA_DEN) |= GPIOA_UART0_PINS;
    REGISTER(UART0_CTL) = 0;
    REGISTER(UART0_IBRD) = divisor / 64u;
    REGISTER(UART0_FBRD) = divisor % 64u;
    REGISTER(UART0_LCRH) = UART0_LCRH_8N1; /* without the FIFO: each byte is told at once */
    REGISTER(UART0_IM) = UART0_RX;
    REGISTER(UART0_CTL) = UART0_CTL_ON;
    REGISTER(NVIC_ISER0) = 1u << UART0_IRQ;
}

static void start_converter(void)
{
    REGISTER(ADC_ACTSS) &= ~ADC_SEQUENCER_3;
    REGISTER(ADC_EMUX) = ADC_EMUX_3_TIMER;
    REGISTER(ADC_SSMUX3) = 0;
    REGISTER(ADC_SSCTL3) = ADC_SSCTL_END;
    REGISTER(ADC_ACTSS) |= ADC_SEQUENCER_3;
    REGISTER(TIMER0_CFG) = 0; /* 32 bits */
    REGISTER(TIMER0_TAMR) = TIMER0_TAMR_PERIODIC;
    REGISTER(TIMER0_TAILR) = CLOCK_HZ / CONVERSIONS_HZ - 1u;
    REGISTER(TIMER0_CTL) = TIMER0_CTL_ON_TRIGGERING;
}

static void start_hardware(void)
{
    start_clock();
    REGISTER(SYSCTL_RCGC0) |= SYSCTL_RCGC0_ADC;
    REGISTER(SYSCTL_RCGC1) |= SYSCTL_RCGC1_UART0 | SYSCTL_RCGC1_TIMER0;
    REGISTER(SYSCTL_RCGC2) |= SYSCTL_RCGC2_GPIOA;
    (void)REGISTER(SYSCTL_RCGC2); /* a clock needs some cycles before its peripheral may be touched */
    start_converter();
    start_line();
}

/* Until the next interrupt, of the clock at the latest. A byte that came since the last look keeps it awake. */
static void doze(void)
{
    __asm volatile("cpsid i" ::: "memory");
    if (received_in == received_out) {
        __asm volatile("wfi" ::: "memory"); /* wakes for an interrupt that is masked, too */
    }
    __asm volatile("cpsie i" ::: "memory");
}

static void hand_over(size_t length)
{
    while (length > 0) {
        board_receive(&board, now_ms(), &far_end, stream.bytes, length);
        length = stream_next(&stream);
    }
}

int main(void)
{
    static const struct board_port port = {.send = send_frame};
    static struct thermistor thermistor = {.measure = measure};
    static const struct sensor sensor = {
        .read = thermistor_read,
        .context = &thermistor,
        .warmup_ms = 1000u / CONVERSIONS_HZ + 10u, /* the first conversion */
        .interval_min_ms = THERMISTOR_INTERVAL_MIN_MS,
    };

    start_hardware();
    stream_start(&stream);
    board_start(&board, &port, &sensor, 0, now_ms());
    for (;;) {
        while (received_out != received_in) {
            uint8_t byte = received[received_out];
            received_out = (received_out + 1u) % RECEIVED_MAX;
            hand_over(stream_push(&stream, now_ms(), byte));
        }
        hand_over(stream_idle(&stream, now_ms()));
        board_poll(&board, now_ms());
        doze();
    }
}
