/* SPDX-License-Identifier: MIT */
/* The port's half of core/dht11.h on any Arduino board: a DHT11 on a digital pin (4.7-10 kOhm pull-up to its supply). */
#ifndef FOGWOT_DHT11_PIN_H
#define FOGWOT_DHT11_PIN_H

#include "dht11.h"
#include "sensor.h"

struct dht11_pin {
    uint8_t pin;
    struct dht11 dht11;
};

/* Makes `sensor` read the DHT11 on `pin`. `self` must outlive it. A read blocks for up to 33 ms. */
void dht11_pin_start(struct dht11_pin *self, uint8_t pin, struct sensor *sensor);

#endif
