/** H4 packet types (Bluetooth Core 5.4, Vol 4 Part A). */
export const PACKET = { command: 0x01, acl: 0x02, event: 0x04 } as const;

/** Opcodes the controller knows, OGF and OCF in one (Core 5.4, Vol 4 Part E 7). */
export const COMMAND = {
  disconnect: 0x0406,
  setEventMask: 0x0c01,
  reset: 0x0c03,
  readLeHostSupported: 0x0c6c,
  writeLeHostSupported: 0x0c6d,
  readLocalVersion: 0x1001,
  readBufferSize: 0x1005,
  readAddress: 0x1009,
  readRssi: 0x1405,
  leSetEventMask: 0x2001,
  leReadBufferSize: 0x2002,
  leReadFeatures: 0x2003,
  leSetScanParameters: 0x200b,
  leSetScanEnable: 0x200c,
  leCreateConnection: 0x200d,
  leCancelConnection: 0x200e,
  leConnectionUpdate: 0x2013,
} as const;

/** Event codes, and sub-events of `leMeta`. */
export const EVENT = {
  disconnectionComplete: 0x05,
  commandComplete: 0x0e,
  commandStatus: 0x0f,
  numberOfCompletedPackets: 0x13,
  leMeta: 0x3e,
} as const;
export const LE_EVENT = {
  connectionComplete: 0x01,
  advertisingReport: 0x02,
  connectionUpdateComplete: 0x03,
} as const;

/** Error codes (Core 5.4, Vol 1 Part F). */
export const STATUS = {
  success: 0x00,
  unknownCommand: 0x01,
  unknownConnection: 0x02,
  connectionTimeout: 0x08,
  commandDisallowed: 0x0c,
  invalidParameters: 0x12,
  remoteTerminated: 0x13,
  localHostTerminated: 0x16,
} as const;

export const CID = { att: 0x0004, signaling: 0x0005, security: 0x0006 } as const;

/** What the controller takes in one ACL packet, and how many it buffers. */
export const ACL_BYTES = 251;
export const ACL_PACKETS = 8;
