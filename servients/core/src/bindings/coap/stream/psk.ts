import { constants } from "node:crypto";
import type { CommonConnectionOptions, SecureContextOptions } from "node:tls";
import { ALPN } from "./constants";

/** Shown to a server: an identity, and the key that both sides have. */
export interface PskCredentials {
  readonly identity: string;
  readonly key: Buffer;
  /** Hosts they may be shown to, whatever a description says. @default any */
  readonly hosts?: readonly string[];
}

/**
 * Forward secrecy first; then what constrained devices have, of which the last is what RFC 7252
 * (section 9.1.3.1) makes mandatory. None without authentication by the key.
 */
const CIPHERS = [
  "ECDHE-PSK-CHACHA20-POLY1305",
  "PSK-AES256-GCM-SHA384",
  "PSK-CHACHA20-POLY1305",
  "PSK-AES128-GCM-SHA256",
  "PSK-AES128-CCM",
  "PSK-AES128-CCM8",
].join(":");

/**
 * TLS by pre-shared key. 1.2 only: Node's PSK callbacks know no other. No session is resumed, which
 * would bypass the key, and whoever has lost his.
 */
export const PSK_TLS: SecureContextOptions & Pick<CommonConnectionOptions, "ALPNProtocols"> = {
  ciphers: CIPHERS,
  minVersion: "TLSv1.2",
  maxVersion: "TLSv1.2",
  secureOptions: constants.SSL_OP_NO_TICKET,
  ALPNProtocols: [ALPN],
};

/** Longest identity that is looked up (RFC 4279, section 5.3 asks for at least 128 bytes). */
export const MAXIMUM_IDENTITY_BYTES = 128;
