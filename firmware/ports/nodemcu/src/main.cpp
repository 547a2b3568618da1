/* SPDX-License-Identifier: MIT */
/* The board on a NodeMCU: joins a Wi-Fi network, answers UDP datagrams, reads a DHT11. */
#include <Arduino.h>
#include <ESP8266WiFi.h>
#include <WiFiUdp.h>

#include "board-settings.h"
#include "board.h"
#include "dht11-pin.h"

/* Without the network for so long, the radio stack has failed rather than the access point: start over. */
static const uint32_t OFFLINE_RESTART_MS = 300000;
/* Datagrams taken before the sampling clock is looked at again, so that a flood does not stop the sensor. */
static const uint8_t BATCH = 16;

static WiFiUDP udp;
static struct board board;
static struct board_port port;
static struct sensor sensor;
static struct dht11_pin dht11_pin;
static uint32_t online_at_ms;
static bool was_online;

static void send_datagram(void *, const struct peer *to, const uint8_t *bytes, uint8_t length)
{
    IPAddress address(to->address[0], to->address[1], to->address[2], to->address[3]);
    uint16_t remote_port = (uint16_t)(to->address[4] | (to->address[5] << 8));

    if (udp.beginPacket(address, remote_port)) {
        udp.write(bytes, length);
        udp.endPacket();
    }
}

static void receive_datagrams()
{
    /* One byte over the largest frame: a longer datagram is cut and still seen to be too long. */
    uint8_t bytes[FRAME_MAX_BYTES + 1];
    struct peer from;

    for (uint8_t i = 0; i < BATCH && udp.parsePacket() > 0; i++) {
        IPAddress address = udp.remoteIP();
        uint16_t remote_port = udp.remotePort();
        from.length = 6;
        for (uint8_t at = 0; at < 4; at++) {
            from.address[at] = address[at];
        }
        from.address[4] = (uint8_t)remote_port;
        from.address[5] = (uint8_t)(remote_port >> 8);
        int length = udp.read(bytes, sizeof bytes);
        if (length > 0) {
            board_receive(&board, millis(), &from, bytes, (size_t)length);
        }
    }
}

static void watch_network()
{
    bool is_online = WiFi.status() == WL_CONNECTED;

    if (is_online && !was_online) {
        Serial.printf("online: %s:%u\n", WiFi.localIP().toString().c_str(), UDP_PORT);
    }
    was_online = is_online;
    if (is_online) {
        online_at_ms = millis();
    } else if (millis() - online_at_ms > OFFLINE_RESTART_MS) {
        Serial.println("offline for too long: restarting");
        ESP.restart();
    }
}

void setup()
{
    Serial.begin(115200);
    WiFi.persistent(false); /* the flash is not worn at every boot */
    WiFi.mode(WIFI_STA);
    WiFi.hostname(WIFI_HOSTNAME);
    WiFi.setSleepMode(WIFI_NONE_SLEEP); /* modem sleep would add up to a beacon interval or more to every answer */
    WiFi.setAutoReconnect(true);
    WiFi.begin(WIFI_SSID, WIFI_PASSWORD);
    udp.begin(UDP_PORT);
    port.send = send_datagram;
    dht11_pin_start(&dht11_pin, DHT11_PIN, &sensor);
    online_at_ms = millis();
    board_start(&board, &port, &sensor, 0, millis());
}

void loop()
{
    watch_network();
    receive_datagrams();
    board_poll(&board, millis());
    yield();
}
