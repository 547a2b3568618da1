/* SPDX-License-Identifier: MIT */
/*
 * The board on an Arduino Uno (ATmega328P, 16 MHz) with an XBee module on the serial line and a thermistor on A0. Plain avr-libc.
 * The module is in transparent mode: what is written to it goes to the coordinator, what arrives is read. README.md tells its settings.
 */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <stdbool.h>
#include <util/atomic.h>

#include "board.h"
#include "stream.h"
#include "thermistor.h"

#define BAUD 9600UL /* as the module leaves the factory; the clock hits it within 0.2 % */
/*
 * The module sends a packet after three characters of silence (RO = 3, 3.1 ms). Two frames closer than that would become one packet, which
 * nobody reads.
 */
#define PACKET_GAP_MS 6u
/* Two frames: one is looked at while the next one arrives. A power of two. */
#define RECEIVED_MAX 128u
#define READS_PER_SAMPLE 8u

/* The module's far end is one address that it knows itself. */
static const struct peer coordinator;

static volatile uint32_t milliseconds;
static volatile uint8_t received[RECEIVED_MAX];
static volatile uint8_t received_in;
static uint8_t received_out;

static struct board board;
static struct stream stream;
static uint32_t sent_at_ms;

ISR(TIMER0_COMPA_vect)
{
    milliseconds++;
}

/* A byte that finds no room is lost: the frame's checksum tells. */
ISR(USART_RX_vect)
{
    uint8_t byte = UDR0;
    uint8_t next = (uint8_t)((received_in + 1u) % RECEIVED_MAX);

    if (next != received_out) {
        received[received_in] = byte;
        received_in = next;
    }
}

static uint32_t now_ms(void)
{
    uint32_t now;

    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        now = milliseconds;
    }
    return now;
}

/* Until the next interrupt, of the clock at the latest. A byte that came since the last look keeps it awake. */
static void doze(void)
{
    cli();
    if (received_in == received_out) {
        sleep_enable();
        sei(); /* takes effect after the next instruction: no interrupt comes between it and the sleep */
        sleep_cpu();
        sleep_disable();
    }
    sei();
}

static void send_frame(void *context, const struct peer *to, const uint8_t *bytes, uint8_t length)
{
    (void)context, (void)to;
    while (now_ms() - sent_at_ms < PACKET_GAP_MS) {
        doze();
    }
    for (uint8_t i = 0; i < length; i++) {
        while ((UCSR0A & _BV(UDRE0)) == 0) {
        }
        UCSR0A |= _BV(TXC0); /* writing a one clears it */
        UDR0 = bytes[i];
    }
    while ((UCSR0A & _BV(TXC0)) == 0) {
    }
    sent_at_ms = now_ms();
}

static int measure(void *context)
{
    uint16_t sum = 0;

    (void)context;
    for (uint8_t i = 0; i < READS_PER_SAMPLE; i++) {
        ADCSRA |= _BV(ADSC);
        while ((ADCSRA & _BV(ADSC)) != 0) {
        }
        sum = (uint16_t)(sum + ADC);
    }
    return (int)((sum + READS_PER_SAMPLE / 2u) / READS_PER_SAMPLE);
}

static void start_hardware(void)
{
    /* Clock: 16 MHz / 64 / 250 = 1 kHz. */
    TCCR0A = _BV(WGM01);
    TCCR0B = _BV(CS01) | _BV(CS00);
    OCR0A = 249;
    TIMSK0 = _BV(OCIE0A);
    /* Serial line: 8N1, an interrupt for each byte. */
    UBRR0 = (uint16_t)(F_CPU / 16UL / BAUD - 1UL);
    UCSR0C = _BV(UCSZ01) | _BV(UCSZ00);
    UCSR0B = _BV(RXCIE0) | _BV(RXEN0) | _BV(TXEN0);
    /* Converter: A0 against the supply, as the divider is; 125 kHz. */
    ADMUX = _BV(REFS0);
    ADCSRA = _BV(ADEN) | _BV(ADPS2) | _BV(ADPS1) | _BV(ADPS0);
    DIDR0 = _BV(ADC0D);
    set_sleep_mode(SLEEP_MODE_IDLE);
    sei();
}

static void hand_over(size_t length)
{
    while (length > 0) {
        board_receive(&board, now_ms(), &coordinator, stream.bytes, length);
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
        .warmup_ms = 10, /* the supply settles */
        .interval_min_ms = THERMISTOR_INTERVAL_MIN_MS,
    };

    start_hardware();
    stream_start(&stream);
    board_start(&board, &port, &sensor, 0, now_ms());
    for (;;) {
        while (received_out != received_in) {
            uint8_t byte = received[received_out];
            received_out = (uint8_t)((received_out + 1u) % RECEIVED_MAX);
            hand_over(stream_push(&stream, now_ms(), byte));
        }
        hand_over(stream_idle(&stream, now_ms()));
        board_poll(&board, now_ms());
        doze();
    }
}
