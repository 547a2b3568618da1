import { parseBrokerUrl } from "../bindings/mqtt/broker-url";
import { readSecretFile } from "./secret";
import type { Site } from "./site";

/**
 * What the site's broker asks for; empty where it asks for nothing.
 * @throws ConfigError when the password's file cannot be read, or others may read it
 */
export function brokerCredentials({ broker }: Site): { username?: string; password?: string } {
  return {
    ...(broker.username === undefined ? {} : { username: broker.username }),
    ...(broker.passwordFile === undefined ? {} : { password: readSecretFile(broker.passwordFile) }),
  };
}

/**
 * The same for clients that consume the site's Things: by the URL that their forms name.
 * @throws ConfigError like `brokerCredentials`
 */
export function brokerLogins(site: Site): Record<string, { username: string; password: string }> {
  const { url } = site.broker;
  const { username, password } = brokerCredentials(site);
  if (url === undefined || username === undefined) return {};
  return { [parseBrokerUrl(url).href]: { username, password: password ?? "" } };
}
