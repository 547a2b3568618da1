/**
 * API frames of a Digi XBee ZB module (Series 2, S2C, XBee 3 Zigbee), big-endian:
 * `0x7E | length u16 | frame data | checksum u8`.
 * @see Digi, "XBee/XBee-PRO S2C Zigbee RF Module User Guide" (90002002), Operate in API mode
 */
export const START = 0x7e;
export const ESCAPE = 0x7d;
export const ESCAPE_XOR = 0x20;
/** What API mode 2 escapes: both frame delimiters and the software flow control's characters. */
export const ESCAPED: ReadonlySet<number> = new Set([START, ESCAPE, 0x11, 0x13]);

/** Start delimiter and length. */
export const HEADER_BYTES = 3;
/** No module sends more: 255 bytes of payload behind the longest header, explicit Rx. */
export const MAX_DATA_BYTES = 280;

/** 1: plain. 2: with escapes, for lines that lose or make up bytes. The module's parameter AP. */
export type ApiMode = 1 | 2;

export const FRAME_TYPE = {
  at: 0x08,
  transmit: 0x10,
  remoteAt: 0x17,
  atResponse: 0x88,
  modemStatus: 0x8a,
  transmitStatus: 0x8b,
  receive: 0x90,
  nodeIdentification: 0x95,
  remoteAtResponse: 0x97,
} as const;

/** "Not known": the module looks the 16-bit address up. */
export const UNKNOWN_16 = 0xfffe;
export const BROADCAST_64 = "000000000000ffff";
/** More does not fit one Zigbee packet: NP of an encrypted network is less, of none 84. */
export const MAX_PAYLOAD_BYTES = 84;

/** What an AT command came to (frames 0x88 and 0x97). */
export const COMMAND_STATUS_TEXT: Readonly<Record<number, string>> = {
  0: "OK",
  1: "error",
  2: "invalid command",
  3: "invalid parameter",
  4: "transmission failed",
};

/** What became of a transmission (frame 0x8B). */
export const DELIVERY = {
  success: 0x00,
  networkAckFailure: 0x21,
  addressNotFound: 0x24,
  payloadTooLarge: 0x74,
} as const;

export const DELIVERY_TEXT: Readonly<Record<number, string>> = {
  0: "success",
  1: "MAC ACK failure",
  2: "the channel was busy",
  21: "invalid destination endpoint",
  33: "network ACK failure",
  34: "the module has not joined a network",
  35: "addressed to itself",
  36: "address not found",
  37: "route not found",
  38: "no neighbour relayed the broadcast",
  44: "no free buffers",
  50: "no free buffers",
  116: "payload too large",
  117: "indirect message not fetched",
};

/** What the module itself says (frame 0x8A). */
export const MODEM_STATUS = {
  hardwareReset: 0x00,
  watchdogReset: 0x01,
  joined: 0x02,
  disassociated: 0x03,
  coordinatorStarted: 0x06,
} as const;

export const MODEM_STATUS_TEXT: Readonly<Record<number, string>> = {
  0: "hardware reset",
  1: "watchdog reset",
  2: "joined a network",
  3: "left its network",
  6: "coordinator started",
  7: "network key updated",
  13: "supply voltage out of range",
  17: "configuration changed while joining",
  128: "stack error",
};
