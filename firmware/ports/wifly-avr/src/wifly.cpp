/* SPDX-License-Identifier: MIT */
#include "wifly.h"

#include "crc16.h"

/* A module fresh from the factory speaks 9600 baud; 38400 is the fastest that an Uno's clock hits within 0.2 %. */
static const uint32_t LINE_BAUD = 38400;
static const uint32_t FACTORY_BAUD = 9600;
static const uint16_t GUARD_MS = 300;     /* silence before "$$$": 250 ms are wanted */
static const uint16_t ANSWER_MS = 2000;   /* some settings take most of a second */
static const uint16_t RESTART_MS = 3000;

/* Reads until `text` has gone by; false after `limit_ms`. */
static bool wait_for(HardwareSerial &line, const char *text, uint16_t limit_ms)
{
    uint32_t begin_ms = millis();
    uint8_t matched = 0;

    while (millis() - begin_ms < limit_ms) {
        if (line.available() > 0) {
            char c = (char)line.read();
            /* Enough for words that repeat no beginning of themselves: "CMD", "AOK", "EXIT", a marker. */
            matched = c == text[matched] ? (uint8_t)(matched + 1) : (uint8_t)(c == text[0]);
            if (text[matched] == '\0') {
                return true;
            }
        }
    }
    return false;
}

static bool enter_command_mode(HardwareSerial &line, uint32_t baud)
{
    line.begin(baud);
    for (uint8_t attempt = 0; attempt < 2; attempt++) {
        delay(GUARD_MS);
        line.print("$$$");
        if (wait_for(line, "CMD", 1000)) {
            return true;
        }
        line.print('\r'); /* it was in command mode already, and took "$$$" for a command: leave it and try again */
        line.print("exit\r");
        line.flush(); /* else it would leave with the next "$$$", at another speed, and spoil the silence before it */
    }
    return false;
}

static bool command(HardwareSerial &line, const char *text, const char *value)
{
    line.print(text);
    line.print(value);
    line.print('\r');
    return wait_for(line, "AOK", ANSWER_MS);
}

/* As command, with blanks written as the module wants them ("set opt replace" is $ from the factory). */
static bool command_with_blanks(HardwareSerial &line, const char *text, const char *value)
{
    line.print(text);
    for (; *value != '\0'; value++) {
        line.print(*value == ' ' ? '$' : *value);
    }
    line.print('\r');
    return wait_for(line, "AOK", ANSWER_MS);
}

/* A name for these settings, "fogwot-" and four hex digits: kept in the module, it tells whether it holds them. */
static void marker_of(const struct wifly_settings &settings, char *marker)
{
    static const char digits[] = "0123456789abcdef";
    const char *const parts[] = {settings.ssid, settings.password, settings.local_port, settings.remote_address, settings.remote_port};
    uint16_t sum = 2; /* raised when the commands below change */

    for (uint8_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        sum = (uint16_t)(sum * 31u + crc16_of((const uint8_t *)parts[i], strlen(parts[i])));
    }
    strcpy(marker, "fogwot-");
    for (uint8_t i = 0; i < 4; i++) {
        marker[7 + i] = digits[(sum >> (12 - 4 * i)) & 15];
    }
    marker[11] = '\0';
}

/* Reads on until the module has said nothing for a while. */
static void drain(HardwareSerial &line)
{
    for (uint32_t quiet_since_ms = millis(); millis() - quiet_since_ms < 200;) {
        if (line.available() > 0) {
            (void)line.read();
            quiet_since_ms = millis();
        }
    }
}

static bool holds(HardwareSerial &line, const char *marker)
{
    line.print("get option\r");
    bool found = wait_for(line, marker, ANSWER_MS);
    drain(line);
    return found;
}

static bool configure(HardwareSerial &line, const struct wifly_settings &settings, const char *marker)
{
    return command(line, "set ip dhcp ", "1") && command(line, "set ip protocol ", "1") /* UDP alone */
           && command(line, "set ip flags ", "0x7") /* no UDP retry: a repeated answer would falsify the delivery ratio */
           && command(line, "set ip local ", settings.local_port) && command(line, "set ip host ", settings.remote_address) &&
           command(line, "set ip remote ", settings.remote_port) &&
           command(line, "set comm time ", "10")    /* ms of silence that end a datagram */
           && command(line, "set comm size ", "128") /* over the largest frame: only the silence ends it */
           && command(line, "set comm match ", "0") && command(line, "set comm remote ", "0") /* no greeting */
           && command(line, "set sys printlvl ", "0") && command(line, "set broadcast interval ", "0") &&
           command_with_blanks(line, "set wlan ssid ", settings.ssid) &&
           command_with_blanks(line, "set wlan phrase ", settings.password) && command(line, "set wlan join ", "1") &&
           command(line, "set opt deviceid ", marker) && command(line, "set uart baud ", "38400");
}

int wifly_start(HardwareSerial &line, const struct wifly_settings &settings)
{
    char marker[12];

    marker_of(settings, marker);
    if (!enter_command_mode(line, LINE_BAUD) && !enter_command_mode(line, FACTORY_BAUD)) {
        return WIFLY_E_NO_MODULE;
    }
    if (holds(line, marker)) {
        line.print("exit\r");
        (void)wait_for(line, "EXIT", ANSWER_MS);
        return 0;
    }
    if (!configure(line, settings, marker)) {
        return WIFLY_E_REFUSED;
    }
    line.print("save\r");
    (void)wait_for(line, "Storing", ANSWER_MS);
    line.print("reboot\r");
    line.flush();
    line.begin(LINE_BAUD);
    delay(RESTART_MS);
    return 0;
}
