/* SPDX-License-Identifier: MIT */
#include "dht11-pin.h"

#include <Arduino.h>

/* Longest times the datasheet allows for each part of the answer, and some more. */
static const uint8_t RELEASE_US = 100;
static const uint8_t PREAMBLE_US = 120;
static const uint8_t GAP_US = 90;
static const uint8_t PULSE_US = 130;

#if defined(__AVR__)
/* digitalRead looks the pin up at each call, 4 us of the 20 that part a 0 and a 1 from the decoder's middle. */
struct line {
    volatile uint8_t *port;
    uint8_t mask;
    explicit line(uint8_t pin) : port(portInputRegister(digitalPinToPort(pin))), mask(digitalPinToBitMask(pin)) {}
    bool is(uint8_t level) const { return ((*port & mask) != 0) == (level == HIGH); }
};
#else
struct line {
    uint8_t pin;
    explicit line(uint8_t pin_number) : pin(pin_number) {}
    bool is(uint8_t level) const { return digitalRead(pin) == level; }
};
#endif

/* Waits while the line is at `level`, for at most `limit_us`; the time it took, or 255 if it was still there. */
static uint8_t wait_while(const line &line, uint8_t level, uint8_t limit_us)
{
    uint32_t begin_us = micros();
    uint32_t passed_us = 0;

    while (line.is(level)) {
        passed_us = micros() - begin_us;
        if (passed_us > limit_us) {
            return 255;
        }
    }
    passed_us = micros() - begin_us;
    return passed_us > 254 ? 254 : (uint8_t)passed_us;
}

static int measure_pulses(const line &line, uint8_t *high_us)
{
    if (wait_while(line, HIGH, RELEASE_US) == 255 || wait_while(line, LOW, PREAMBLE_US) == 255 ||
        wait_while(line, HIGH, PREAMBLE_US) == 255) {
        return DHT11_E_NO_ANSWER;
    }
    for (uint8_t i = 0; i < DHT11_PULSES; i++) {
        if (wait_while(line, LOW, GAP_US) == 255) {
            return DHT11_E_NO_ANSWER;
        }
        high_us[i] = wait_while(line, HIGH, PULSE_US);
    }
    return 0;
}

static int measure(void *context, uint8_t *high_us)
{
    uint8_t pin = ((struct dht11_pin *)context)->pin;
    line line(pin);

    pinMode(pin, OUTPUT);
    digitalWrite(pin, LOW);
    delay(DHT11_START_MS);
#if defined(ESP8266)
    /*
     * The Wi-Fi stack's interrupts last longer than a bit. Its clock runs on without them, and 5 ms is what it bears.
     */
    noInterrupts();
    pinMode(pin, INPUT_PULLUP);
    int fault = measure_pulses(line, high_us);
    interrupts();
#else
    /*
     * On an AVR interrupts stay on: they take some 5 us, less than the 20 us between a 0 or a 1 and the decoder's middle, and
     * without them the serial line would lose bytes and the clock would lag.
     */
    pinMode(pin, INPUT_PULLUP);
    int fault = measure_pulses(line, high_us);
#endif
    return fault;
}

void dht11_pin_start(struct dht11_pin *self, uint8_t pin, struct sensor *sensor)
{
    self->pin = pin;
    self->dht11.measure = measure;
    self->dht11.context = self;
    pinMode(pin, INPUT_PULLUP);
    sensor->read = dht11_read;
    sensor->context = &self->dht11;
    sensor->warmup_ms = DHT11_WARMUP_MS;
    sensor->interval_min_ms = DHT11_INTERVAL_MIN_MS;
}
