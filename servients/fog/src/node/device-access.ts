import { NotFoundError, OperationNotAllowedError } from "@fogwot/core";
import type { Surroundings } from "@fogwot/wasm";
import type { Parameter } from "../drivers/driver";
import type { Network } from "./network";

const TIMEOUT_MS = 1_000;

/** What the node's processors may do to its devices. */
export function deviceAccess(networks: readonly { readonly network: Network }[]): Surroundings {
  const networkOf = (device: string): Network => {
    const owner = networks.find(({ network }) => network.records.has(device));
    if (!owner) throw new NotFoundError(`device ${device}`);
    return owner.network;
  };
  return {
    act: async ({ device = "", action = "" }) => {
      const stream = networkOf(device).stream(device);
      if (!stream) throw new OperationNotAllowedError(`invokeaction ${action}`, `device ${device}`);
      return stream.command(action, TIMEOUT_MS);
    },
    set: async (device, parameter, value) => {
      const network = networkOf(device);
      const record = network.record(device);
      // By the Thing's property, as everywhere in a site file.
      const its = record.type.parameters?.[parameter] ?? (parameter as Parameter);
      const request = { op: "set", parameter: its, value } as const;
      await network.query(device, request, { timeoutMs: TIMEOUT_MS });
      record.confirm(its, value);
    },
  };
}
