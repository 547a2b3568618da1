import { ConfigError, loadYaml, type Mismatch, validateConfig } from "@fogwot/core/base";
import type { ChannelDevice, ChannelInput, ChannelProfile } from "./channel";
import { CHANNEL_SCHEMA } from "./channel-schema";

/**
 * A channel profile from a YAML (or JSON) file, or from a value.
 * @param source named in errors when a value is given
 * @throws ConfigError with path, got and wanted of every offence
 */
export function loadChannel(from: string | ChannelInput, source = "channel"): ChannelProfile {
  const isFile = typeof from === "string";
  const profile = isFile
    ? loadYaml<ChannelProfile>(from, CHANNEL_SCHEMA)
    : validateConfig<ChannelProfile>(from, CHANNEL_SCHEMA, source);
  const complete = {
    ...profile,
    devices: profile.devices.map((device) => ({ ...NOTHING_KNOWN, ...device })),
  };
  const faults = faultsOf(complete);
  if (faults.length > 0) throw new ConfigError(isFile ? from : source, faults);
  return complete;
}

const NOTHING_KNOWN = { position: null, outliers: null, samplesMs: null, traceMs: null };

/** What the schema cannot say. */
function faultsOf(profile: ChannelProfile): Mismatch[] {
  const faults: Mismatch[] = [];
  const ids = new Set<string>();
  for (const [index, device] of profile.devices.entries()) {
    const path = `/devices/${index}`;
    if (ids.has(device.id)) {
      faults.push({ path: `${path}/id`, got: device.id, wanted: "an id that no other device has" });
    }
    ids.add(device.id);
    faults.push(...deviceFaults(device, profile, path));
  }
  for (const [index, { id }] of profile.changes.entries()) {
    if (ids.has(id)) continue;
    const known = [...ids].slice(0, 10).join(", ");
    faults.push({ path: `/changes/${index}/id`, got: id, wanted: `a device: ${known}` });
  }
  if (profile.rtt === "trace" && profile.loss !== "trace") {
    faults.push({ path: "/loss", got: profile.loss, wanted: "trace, as rtt is" });
  }
  return faults;
}

function deviceFaults(device: ChannelDevice, profile: ChannelProfile, path: string): Mismatch[] {
  const faults: Mismatch[] = [];
  if (profile.rtt === "empirical" && device.samplesMs === null) {
    faults.push({
      path: `${path}/samplesMs`,
      got: undefined,
      wanted: "samples, for rtt empirical",
    });
  }
  if (profile.loss === "trace" && device.traceMs === null) {
    faults.push({ path: `${path}/traceMs`, got: undefined, wanted: "a trace, for loss trace" });
  }
  const { outliers } = device;
  if (outliers && outliers.maxMs < outliers.minMs) {
    const wanted = `at least minMs, ${outliers.minMs}`;
    faults.push({ path: `${path}/outliers/maxMs`, got: outliers.maxMs, wanted });
  }
  return faults;
}
