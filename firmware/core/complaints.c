/* SPDX-License-Identifier: MIT */
#include "complaints.h"

#include "frame.h"

#define WINDOW_MS 1000u

void complaints_start(struct complaints *complaints, uint32_t now_ms)
{
    complaints->count = 0;
    complaints->since_ms = now_ms;
}

uint8_t complaints_code(int fault, uint8_t type)
{
    bool is_request = type == FRAME_QUERY || type == FRAME_SET;
    bool is_known = type >= FRAME_QUERY && type <= FRAME_ERROR;

    switch (fault) {
    case FRAME_E_BAD_FLAGS:
        return is_request || !is_known ? FRAME_CODE_MALFORMED : 0;
    case FRAME_E_UNKNOWN_TYPE:
        return FRAME_CODE_UNKNOWN_TYPE;
    case FRAME_E_BAD_BODY:
        return is_request ? FRAME_CODE_MALFORMED : 0;
    default:
        return 0; /* nothing in it can be trusted, the sequence included */
    }
}

bool complaints_allow(struct complaints *complaints, uint32_t now_ms)
{
    if (now_ms - complaints->since_ms >= WINDOW_MS) {
        complaints_start(complaints, now_ms);
    }
    if (complaints->count >= COMPLAINTS_MAX) {
        return false;
    }
    complaints->count++;
    return true;
}
