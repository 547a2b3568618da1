import type { RunInfo } from "./run-info";

/**
 * Ids of the devices of a run that are emulated: the boards, and what stands at the end of an
 * emulated line without a board of its own, as a robot's controller does.
 */
export function emulatedDevices({
  emulated,
  lines,
  nodes,
}: Pick<RunInfo, "emulated" | "lines" | "nodes">): ReadonlySet<string> {
  const atLines = nodes.flatMap(({ drivers }) =>
    drivers.filter(({ name }) => Object.hasOwn(lines, name)).flatMap(({ devices }) => devices),
  );
  return new Set([...Object.keys(emulated), ...atLines]);
}
