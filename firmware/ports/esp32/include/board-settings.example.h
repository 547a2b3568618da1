/* SPDX-License-Identifier: MIT */
/* Copy to board-settings.h (git-ignored; chmod 600) and fill in. */
#ifndef FOGWOT_BOARD_SETTINGS_H
#define FOGWOT_BOARD_SETTINGS_H

#define WIFI_SSID "the network"
#define WIFI_PASSWORD "its password"
/* The name at the access point; the address goes into the site file as "<address>:<UDP_PORT>". */
#define WIFI_HOSTNAME "field-1"
#define UDP_PORT 18101
/* Both on ADC1 (GPIO 32 ... 39): ADC2 does not work while Wi-Fi is on. */
#define PROBE_PIN 34
#define BATTERY_PIN 35
/* The battery's divider: 2 = two equal resistors. */
#define BATTERY_DIVIDER 2
/* No strapping pin (0, 2, 5, 12, 15), and 10 kOhm to ground: the pump is off while the chip starts. */
#define PUMP_PIN 26
/* HIGH or LOW: what switches the pump's transistor or relay on. */
#define PUMP_ON HIGH

#endif
