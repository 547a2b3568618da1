import { createAccess, type ServientOptions } from "@fogwot/core";
import type { BenchmarkConfig, SecureSettings } from "./program";

/** More than any measurement asks: a benchmark is not to be slowed down by limits. */
const UNLIMITED = 1_000_000;
const PSK = "psk_sc";

/**
 * HTTPS without credentials, so that it differs from HTTP by TLS alone; CoAP over TLS with the
 * pre-shared key that is TLS's own proof there.
 */
export function secureOptions(
  { host, insecure }: BenchmarkConfig,
  name: string,
  { binding, certificate, key, account }: SecureSettings,
): ServientOptions {
  const common = { name: `benchmark-${name}`, clients: [] };
  if (binding === "http") {
    return { ...common, http: { host, insecure, port: 0, tls: { key, cert: certificate } } };
  }
  const access = createAccess({
    security: {
      schemes: { [PSK]: { scheme: "psk" } },
      default: PSK,
      things: {},
      access: [],
      limits: {
        requestsPerSecond: UNLIMITED,
        burst: UNLIMITED,
        failedLoginsPerMinute: UNLIMITED,
      },
    },
    services: [account],
  });
  // Plain CoAP has no form of a Thing with a key; it stays on loopback.
  return { ...common, access, coap: { port: 0, secure: { host, port: 0, access } } };
}
