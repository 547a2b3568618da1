/* SPDX-License-Identifier: MIT */
/* Copy to board-settings.h (git-ignored; chmod 600) and fill in. */
#ifndef FOGWOT_BOARD_SETTINGS_H
#define FOGWOT_BOARD_SETTINGS_H

#define WIFI_SSID "the network"
#define WIFI_PASSWORD "its password"
#define UDP_PORT "18103"
/* The module sends every answer to one address: the fog node's, and the port that its Wi-Fi driver is bound to. */
#define FOG_NODE_ADDRESS "192.168.1.10"
#define FOG_NODE_PORT "18100"
#define DHT11_PIN 7

#endif
