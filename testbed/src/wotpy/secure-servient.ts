import { createAccess, type ServientOptions } from "@fogwot/core";
import type { BenchmarkConfig, SecureSettings } from "./program";

/** More than any measurement asks: a benchmark is not to be slowed down by limits. */
const UNLIMITED = 1_000_000;
const PSK = "psk_sc";

/**
 * HTTPS and a broker with TLS without credentials, so that they differ from HTTP and MQTT by TLS
 * alone; CoAP over TLS with the pre-shared key that is TLS's own proof there.
 */
export function secureOptions(
  { host, insecure, site }: BenchmarkConfig,
  name: string,
  settings: SecureSettings,
): ServientOptions {
  const common = { name: `benchmark-${name}`, clients: [] };
  if (settings.binding === "mqtt") {
    const { brokerUrl, ca } = settings;
    const mqtt = { brokerUrl, tls: { ca }, topicPrefix: `fogwot/${site}`, name: common.name };
    return { ...common, mqtt };
  }
  const { binding, certificate, key, account } = settings;
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
