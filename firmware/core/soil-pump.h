/* SPDX-License-Identifier: MIT */
/*
 * A soil probe, a pump and a battery on one board: count of a 12-bit converter to percent by a calibration, and a pump that runs for
 * as long as it was told and never longer. Reading the converters and switching the pump are the port's part.
 *
 * The probe is a capacitive one: its voltage falls as the soil gets wetter. Dry and wet are counts in air and in water, which differ from
 * probe to probe; moisture is what lies between them. The pump needs no word to stop: who lost the network can not flood a field.
 */
#ifndef FOGWOT_SOIL_PUMP_H
#define FOGWOT_SOIL_PUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "sensor.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SOIL_COUNT_MAX 4095
#define SOIL_DRY_DEFAULT 2800
#define SOIL_WET_DEFAULT 1200
/* The two ranges do not meet: whichever is set first, dry stays above wet. */
#define SOIL_DRY_MIN 2048
#define SOIL_WET_MAX 1948
/* At either end of the converter there is no probe. */
#define SOIL_OPEN_COUNT 4090
#define SOIL_SHORT_COUNT 5
#define SOIL_INTERVAL_MIN_MS 100u

#define PUMP_RUN_MAX_MS 600000

/* One lithium cell, under the load of the radio. */
#define CELL_EMPTY_MILLIVOLT 3300
#define CELL_FULL_MILLIVOLT 4150

enum soil_pump_quantity {
    SOIL_PUMP_RUNNING = 16 /* milliseconds that the pump will still run: thousandths of a second */
};

enum soil_pump_parameter {
    SOIL_PUMP_DRY = 16, /* thousandths of a count, SOIL_DRY_MIN ... SOIL_COUNT_MAX */
    SOIL_PUMP_WET = 17, /* thousandths of a count, 0 ... SOIL_WET_MAX */
    SOIL_PUMP_RUN = 128 /* milliseconds, 0 (off) ... PUMP_RUN_MAX_MS; counts from now, whatever ran before */
};

enum soil_fault {
    SOIL_E_OPEN = -1, /* no probe, or its wire is broken */
    SOIL_E_SHORT = -2 /* the input lies on ground */
};

/* The port's half; each call must return within a few milliseconds. */
struct soil_pump_port {
    int (*measure_probe)(void *context);      /* 0 ... SOIL_COUNT_MAX */
    int (*measure_millivolt)(void *context);  /* of the battery */
    void (*drive)(void *context, bool is_on); /* the pump; called at every change, and with false at start and reset */
    uint32_t (*clock)(void);
    void *context;
};

struct soil_pump {
    const struct soil_pump_port *port;
    int32_t dry;
    int32_t wet;
    bool is_running;
    uint32_t stop_at_ms;
    struct control control;
};

/* Prepares `self` and fills in `sensor`. Both, and `port`, must outlive the board. */
void soil_pump_start(struct soil_pump *self, const struct soil_pump_port *port, struct sensor *sensor);

/* Count to milli-percent, 0 ... 100000: drier than dry is 0, wetter than wet 100000. Returns 0 or enum soil_fault, `milli` untouched then. */
int soil_milli_of_count(int count, int32_t dry, int32_t wet, int32_t *milli);

/* Voltage to milli-percent of charge, 0 ... 100000; a straight line, which is rough for a lithium cell. */
int32_t battery_milli_of_millivolt(int millivolt);

#ifdef __cplusplus
}
#endif

#endif
