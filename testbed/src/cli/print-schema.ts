import { SITE_SCHEMA } from "@fogwot/core";
import { EMULATION_SCHEMA } from "../emulation/emulation-file";
import { NETWORK_SCHEMA } from "../emulation/network";
import { UsageError } from "../errors";

const SCHEMAS: Readonly<Record<string, object>> = {
  site: SITE_SCHEMA,
  emulation: EMULATION_SCHEMA,
  network: NETWORK_SCHEMA,
};

/** The JSON Schema of a file kind as text. @throws UsageError */
export function schemaText(kind: string): string {
  const schema = SCHEMAS[kind];
  if (schema) return `${JSON.stringify(schema, null, 2)}\n`;
  const kinds = Object.keys(SCHEMAS).join(", ");
  throw new UsageError(`--print-schema ${kind}: wanted ${kinds}`);
}
