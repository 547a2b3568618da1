import type { ManifestBase, RecordValue } from "../manifest";
import type { ChainProcessor } from "./chain-processor";

/** What the chain configures of the record that a port takes. */
export function configured(
  processor: ChainProcessor | undefined,
  { manifest: { ports, records } }: { readonly manifest: ManifestBase },
  port: string,
): RecordValue {
  const { schema = "" } = ports.in.find((one) => one.name === port) ?? {};
  const fields = new Set((records[schema] ?? []).map((field) => field.name));
  const config = Object.entries(processor?.config ?? {});
  return Object.fromEntries(config.filter(([field]) => fields.has(field)));
}
