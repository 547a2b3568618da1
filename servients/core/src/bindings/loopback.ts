import { isIP } from "node:net";
import { ConfigError, InsecureBindError } from "../errors";

/** Whether a host name or address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  if (host === "localhost" || host === "::1") return true;
  return isIP(host) === 4 && host.startsWith("127.");
}

/** @throws InsecureBindError when a server without a security scheme would be open to others */
export function refuseInsecureBind(what: string, host: string, insecure: boolean): void {
  if (!insecure && !isLoopback(host)) throw new InsecureBindError(what, host);
}

/**
 * The base address to advertise, without a slash at its end.
 * @throws ConfigError when the server listens on every interface and nobody said which one to name
 */
export function advertisedBase(
  scheme: string,
  host: string,
  port: number,
  baseUrl: string | undefined,
): string {
  if (baseUrl !== undefined) return baseUrl.replace(/\/+$/, "");
  if (host === "0.0.0.0" || host === "::" || host === "") {
    const wanted = `the ${scheme} address other machines use, because host ${host} is every interface`;
    throw new ConfigError(`${scheme} binding`, [{ path: "/baseUrl", got: null, wanted }]);
  }
  return `${scheme}://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}
