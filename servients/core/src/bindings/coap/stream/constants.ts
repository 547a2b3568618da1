/** Codes of signaling messages (RFC 8323, section 5). */
export const SignalCode = {
  csm: 0xe1,
  ping: 0xe2,
  pong: 0xe3,
  release: 0xe4,
  abort: 0xe5,
} as const;

/** Option numbers mean something of their own in each kind of signaling message. */
export const CsmOption = { maxMessageSize: 2, blockWiseTransfer: 4 } as const;
export const AbortOption = { badCsmOption: 2 } as const;

/** What every peer takes before it has said more (RFC 8323, section 5.3.1). Bytes. */
export const BASE_MESSAGE_BYTES = 1_152;

/** Registered port of `coaps+tcp` (RFC 8323, section 8.4). */
export const DEFAULT_TLS_PORT = 5684;

/** Names the protocol in the TLS handshake (RFC 8323, section 8.2). */
export const ALPN = "coap";
