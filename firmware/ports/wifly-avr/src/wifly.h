/* SPDX-License-Identifier: MIT */
/*
 * A WiFly module (Roving Networks RN-131, RN-171) on a serial line, as a bridge between UDP and bytes.
 * Source: Roving Networks, WiFly command reference, version 1.0r (2012).
 */
#ifndef FOGWOT_WIFLY_H
#define FOGWOT_WIFLY_H

#include <Arduino.h>

enum wifly_fault {
    WIFLY_E_NO_MODULE = -1, /* nothing answers "$$$" at any known speed */
    WIFLY_E_REFUSED = -2    /* the module refused a setting */
};

struct wifly_settings {
    const char *ssid;
    const char *password;
    const char *local_port;
    const char *remote_address;
    const char *remote_port;
};

/*
 * Finds the module, and configures, saves and restarts it if it does not hold these settings already (its flash is not written at
 * every boot). The module joins the network by itself, now and after any loss of it.
 * Leaves the line in data mode: what is written goes out as datagrams, what arrives is read.
 * Takes up to 20 s. Returns 0, WIFLY_E_NO_MODULE or WIFLY_E_REFUSED.
 */
int wifly_start(HardwareSerial &line, const struct wifly_settings &settings);

#endif
