/** Message types of RFC 7252, section 3, as they stand on the wire. */
export const MessageType = {
  confirmable: 0,
  nonConfirmable: 1,
  acknowledgement: 2,
  reset: 3,
} as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** Codes as on the wire: class in the upper 3 bits, detail in the lower 5 (RFC 7252, section 12.1). */
export const Code = {
  empty: 0x00,
  get: 0x01,
  post: 0x02,
  put: 0x03,
  delete: 0x04,
  created: 0x41,
  deleted: 0x42,
  content: 0x45,
  valid: 0x43,
  changed: 0x44,
  continue: 0x5f,
  badRequest: 0x80,
  unauthorized: 0x81,
  badOption: 0x82,
  forbidden: 0x83,
  notFound: 0x84,
  methodNotAllowed: 0x85,
  notAcceptable: 0x86,
  requestEntityIncomplete: 0x88,
  conflict: 0x89,
  preconditionFailed: 0x8c,
  requestEntityTooLarge: 0x8d,
  unsupportedContentFormat: 0x8f,
  unprocessableEntity: 0x96,
  tooManyRequests: 0x9d,
  internalServerError: 0xa0,
  notImplemented: 0xa1,
  badGateway: 0xa2,
  serviceUnavailable: 0xa3,
  gatewayTimeout: 0xa4,
  proxyingNotSupported: 0xa5,
} as const;

/** Option numbers (RFC 7252 section 5.10, RFC 7641, RFC 7959, RFC 9175). Odd numbers are critical. */
export const OptionNumber = {
  uriHost: 3,
  etag: 4,
  observe: 6,
  uriPort: 7,
  locationPath: 8,
  uriPath: 11,
  contentFormat: 12,
  maxAge: 14,
  uriQuery: 15,
  hopLimit: 16,
  accept: 17,
  block2: 23,
  block1: 27,
  size2: 28,
  proxyUri: 35,
  proxyScheme: 39,
  size1: 60,
  requestTag: 292,
} as const;

/** Registered default port (RFC 7252, section 12.6). */
export const DEFAULT_PORT = 5683;

/** Transmission parameters of RFC 7252, section 4.8. Durations in milliseconds. */
export interface TransmissionParameters {
  /** Wait before the first retransmission, at least. @default 2000 */
  readonly ackTimeoutMs: number;
  /** The wait is drawn from ackTimeoutMs × [1, this). @default 1.5 */
  readonly ackRandomFactor: number;
  /** Retransmissions of one confirmable message. @default 4 */
  readonly maxRetransmit: number;
  /** How long a message ID names one message (EXCHANGE_LIFETIME). @default 247 000 */
  readonly exchangeLifetimeMs: number;
  /** A request not answered by then gets an empty ACK, its response goes separately. @default 200 */
  readonly piggybackMs: number;
}

export const DEFAULT_PARAMETERS: TransmissionParameters = {
  ackTimeoutMs: 2_000,
  ackRandomFactor: 1.5,
  maxRetransmit: 4,
  exchangeLifetimeMs: 247_000,
  piggybackMs: 200,
};

/** `0x45` → `"2.05"`, the way people and the specifications write codes. */
export function codeText(code: number): string {
  return `${code >> 5}.${String(code & 0x1f).padStart(2, "0")}`;
}

/** 0 for requests (and empty messages), 2, 4 or 5 for responses. */
export function codeClass(code: number): number {
  return code >> 5;
}
