/* SPDX-License-Identifier: MIT */
/* The board on an ESP32: joins a Wi-Fi network, answers UDP datagrams, reads a soil probe and its battery, runs a pump. */
#include <Arduino.h>
#include <WiFi.h>
#include <WiFiUdp.h>
#include <esp_task_wdt.h>

#include "board-settings.h"
#include "board.h"
#include "soil-pump.h"

/* Without the network for so long, the radio stack has failed rather than the access point: start over. */
static const uint32_t OFFLINE_RESTART_MS = 300000;
/* A loop that hangs restarts the chip, and with it stops the pump. */
static const uint32_t WATCHDOG_S = 10;
/* Datagrams taken before the pump's time is looked at again, so that a flood does not keep it running. */
static const uint8_t BATCH = 16;
/* The converter is noisy, more so while the radio sends. */
static const uint8_t READS_PER_SAMPLE = 16;

static WiFiUDP udp;
static struct board board;
static struct board_port port;
static struct sensor sensor;
static struct soil_pump soil_pump;
static struct soil_pump_port soil_pump_port;
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

static int measure_probe(void *)
{
    uint32_t sum = 0;

    for (uint8_t i = 0; i < READS_PER_SAMPLE; i++) {
        sum += analogRead(PROBE_PIN);
    }
    return (int)(sum / READS_PER_SAMPLE);
}

static int measure_millivolt(void *)
{
    return (int)analogReadMilliVolts(BATTERY_PIN) * BATTERY_DIVIDER;
}

static void drive(void *, bool is_on)
{
    digitalWrite(PUMP_PIN, is_on ? PUMP_ON : !PUMP_ON);
}

static uint32_t clock_ms(void)
{
    return millis();
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
    /* The level first, then the direction: no pulse on the pump. */
    digitalWrite(PUMP_PIN, !PUMP_ON);
    pinMode(PUMP_PIN, OUTPUT);
    Serial.begin(115200);
    analogReadResolution(12);
    WiFi.persistent(false); /* the flash is not worn at every boot */
    WiFi.mode(WIFI_STA);
    WiFi.setHostname(WIFI_HOSTNAME);
    WiFi.setSleep(false); /* modem sleep would add up to a beacon interval or more to every answer */
    WiFi.setAutoReconnect(true);
    WiFi.begin(WIFI_SSID, WIFI_PASSWORD);
    udp.begin(UDP_PORT);
    port.send = send_datagram;
    soil_pump_port.measure_probe = measure_probe;
    soil_pump_port.measure_millivolt = measure_millivolt;
    soil_pump_port.drive = drive;
    soil_pump_port.clock = clock_ms;
    soil_pump_start(&soil_pump, &soil_pump_port, &sensor);
    online_at_ms = millis();
    board_start(&board, &port, &sensor, 0, millis());
    esp_task_wdt_init(WATCHDOG_S, true);
    esp_task_wdt_add(NULL);
}

void loop()
{
    esp_task_wdt_reset();
    watch_network();
    receive_datagrams();
    board_poll(&board, millis());
    delay(1); /* the idle task's turn */
}
