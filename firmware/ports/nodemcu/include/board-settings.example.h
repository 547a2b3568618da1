/* SPDX-License-Identifier: MIT */
/* Copy to board-settings.h (git-ignored; chmod 600) and fill in. */
#ifndef FOGWOT_BOARD_SETTINGS_H
#define FOGWOT_BOARD_SETTINGS_H

#define WIFI_SSID "the network"
#define WIFI_PASSWORD "its password"
/* The name at the access point; the address goes into the site file as "<address>:<UDP_PORT>". */
#define WIFI_HOSTNAME "wifi-1"
#define UDP_PORT 18101
/* GPIO 4 is the pin marked D2. */
#define DHT11_PIN 4

#endif
