import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { ConfigError } from "@fogwot/core";
import type { DeviceType } from "./device-type";

/** Names of the device types that are there: one folder each. */
export function listDeviceTypes(): string[] {
  return readdirSync(__dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isDeviceType(entry.name))
    .map((entry) => entry.name)
    .sort();
}

/** @throws ConfigError that names the types there are */
export function loadDeviceType(name: string): DeviceType {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name) || !isDeviceType(name)) {
    throw new ConfigError("device type", [
      { path: "/type", got: name, wanted: `one of ${listDeviceTypes().join(", ")}` },
    ]);
  }
  return (require(path.join(__dirname, name)) as { deviceType: DeviceType }).deviceType;
}

function isDeviceType(name: string): boolean {
  return ["index.js", "index.ts"].some((file) => existsSync(path.join(__dirname, name, file)));
}
