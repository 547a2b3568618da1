import { ConfigError } from "../../errors";

/** Where a broker listens, and who we are to it. */
export interface BrokerAddress {
  readonly scheme: "mqtt" | "mqtts";
  readonly host: string;
  readonly port: number;
  /** Without user information: safe to log and to advertise. */
  readonly href: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

const DEFAULT_PORTS = { mqtt: 1883, mqtts: 8883 } as const;

/**
 * @param url `mqtt://host[:port]` or `mqtts://…`; user information is split off
 * @throws ConfigError
 */
export function parseBrokerUrl(url: string): BrokerAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const scheme = parsed?.protocol.slice(0, -1);
  if (!parsed || (scheme !== "mqtt" && scheme !== "mqtts") || parsed.hostname === "") {
    const got = parsed ? `${parsed.protocol}//${parsed.host}` : url;
    throw new ConfigError("broker URL", [{ path: "", got, wanted: "mqtt://host:port" }]);
  }
  const port = parsed.port === "" ? DEFAULT_PORTS[scheme] : Number(parsed.port);
  return {
    scheme,
    // URL keeps IPv6 addresses in brackets, sockets want them without.
    host: parsed.hostname.replace(/^\[|\]$/g, ""),
    port,
    href: `${scheme}://${parsed.hostname}:${port}`,
    username: parsed.username ? decodeURIComponent(parsed.username) : undefined,
    password: parsed.password ? decodeURIComponent(parsed.password) : undefined,
  };
}
