import type { SecurityScheme } from "@node-wot/core";

/**
 * The schemes a server asks for by `WWW-Authenticate`: how a client that has no description yet
 * learns what to show (WoT Profile, "Security Bootstrapping"). An API key has no registered
 * challenge; ours names its place.
 */
export function challengedSchemes(wwwAuthenticate: string | null | undefined): SecurityScheme[] {
  if (!wwwAuthenticate) return [];
  // What stands in quotes may look like a challenge.
  const bare = wwwAuthenticate.replace(/="(?:[^"\\]|\\.)*"/g, "=");
  const schemes: SecurityScheme[] = [];
  if (/(?:^|,)\s*Basic(?:\s|,|$)/i.test(bare)) schemes.push({ scheme: "basic" });
  if (/(?:^|,)\s*Bearer(?:\s|,|$)/i.test(bare)) schemes.push({ scheme: "bearer" });
  const key = /(?:^|,)\s*ApiKey\s[^,]*(?:,\s*\w+="[^"]*")*/i.exec(wwwAuthenticate)?.[0];
  const place = /\bin="(header|query)"/.exec(key ?? "")?.[1];
  const name = /\bname="([^"]+)"/.exec(key ?? "")?.[1];
  if (place && name) schemes.push({ scheme: "apikey", in: place, name });
  return schemes;
}
