import { encodeRecord, type ManifestBase, type RecordValue, recordBytes } from "../manifest";
import type { Feed, FieldSource } from "./chain";
import { ChainError } from "./errors";

/** An in-port of a version that runs, by number and with the layout of its record. */
export interface InPort {
  readonly index: number;
  readonly recordBytes: number;
  /** Most bytes of one call: whole records. */
  readonly frameBytes: number;
}

/** @throws ChainError when the version has no such port */
export function inPort(processor: string, manifest: ManifestBase, name: string): InPort {
  const index = manifest.ports.in.findIndex((port) => port.name === name);
  const port = manifest.ports.in[index];
  if (!port) {
    const names = manifest.ports.in.map((one) => one.name).join(", ");
    throw new ChainError(processor, `has no in-port ${name}, but ${names}`);
  }
  const fields = manifest.records[port.schema];
  const size = fields ? recordBytes(fields) : 1;
  return { index, recordBytes: size, frameBytes: Math.floor(manifest.buffers.in / size) * size };
}

/** Cuts what is too long for one call between two records. */
export function framesOf(bytes: Uint8Array, { frameBytes }: InPort): Uint8Array[] {
  if (bytes.length <= frameBytes) return [bytes];
  const frames: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += frameBytes) {
    frames.push(bytes.subarray(at, at + frameBytes));
  }
  return frames;
}

/**
 * A record from what is fed by name; what the record has no field for is left out.
 * @throws ManifestError for a value that is missing without a default, or out of range
 */
export function recordFrame(
  manifest: ManifestBase,
  { index }: InPort,
  values: RecordValue,
  sources: Feed["fields"] = {},
): Uint8Array {
  const port = manifest.ports.in[index];
  const fields = (port && manifest.records[port.schema]) ?? [];
  const wanted = fields.flatMap(({ name }) => {
    const value = fieldOf(sources[name] ?? name, values);
    return value === undefined ? [] : [[name, value] as const];
  });
  return encodeRecord(fields, Object.fromEntries(wanted), port?.name);
}

function fieldOf(
  source: FieldSource | readonly FieldSource[],
  values: RecordValue,
): RecordValue[string] | undefined {
  if (typeof source === "number") return source;
  if (typeof source === "string") return values[source];
  // A part that is missing is not a number: the field's error says so.
  return source.map((one) => fieldOf(one, values) as number);
}
