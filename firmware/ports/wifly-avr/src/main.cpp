/* SPDX-License-Identifier: MIT */
/* The board on an Arduino Uno: UDP through a WiFly module on the hardware serial line, a DHT11 on a pin. */
#include <Arduino.h>

#include "board-settings.h"
#include "board.h"
#include "dht11-pin.h"
#include "stream.h"
#include "wifly.h"

static const struct wifly_settings wifly_settings = {WIFI_SSID, WIFI_PASSWORD, UDP_PORT, FOG_NODE_ADDRESS, FOG_NODE_PORT};
/* The module's far end is one address that it knows itself. */
static const struct peer fog_node = {0, {0}};

static const uint8_t DATAGRAM_GAP_MS = 15;

static struct board board;
static struct board_port port;
static struct sensor sensor;
static struct dht11_pin dht11_pin;
static struct stream stream;
static uint32_t sent_at_ms;

/* The module ends a datagram after 10 ms of silence: two frames closer than that would become one, which nobody reads. */
static void send_datagram(void *, const struct peer *, const uint8_t *bytes, uint8_t length)
{
    while (millis() - sent_at_ms < DATAGRAM_GAP_MS) {
    }
    Serial.write(bytes, length);
    Serial.flush();
    sent_at_ms = millis();
}

/* The built-in lamp tells what the serial line can not: it is the module's. */
static void blink(uint8_t times)
{
    for (uint8_t i = 0; i < times; i++) {
        digitalWrite(LED_BUILTIN, HIGH);
        delay(150);
        digitalWrite(LED_BUILTIN, LOW);
        delay(250);
    }
    delay(1000);
}

static void hand_over(size_t length)
{
    while (length > 0) {
        board_receive(&board, millis(), &fog_node, stream.bytes, length);
        length = stream_next(&stream);
    }
}

void setup()
{
    pinMode(LED_BUILTIN, OUTPUT);
    port.send = send_datagram;
    dht11_pin_start(&dht11_pin, DHT11_PIN, &sensor);
    stream_start(&stream);
    for (int fault = wifly_start(Serial, wifly_settings); fault != 0; fault = wifly_start(Serial, wifly_settings)) {
        blink((uint8_t)-fault); /* once: no module; twice: a setting was refused */
    }
    board_start(&board, &port, &sensor, 0, millis());
}

void loop()
{
    while (Serial.available() > 0) {
        hand_over(stream_push(&stream, millis(), (uint8_t)Serial.read()));
    }
    hand_over(stream_idle(&stream, millis()));
    board_poll(&board, millis());
}
