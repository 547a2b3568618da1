import { SITE_SCHEMA } from "@fogwot/core";
import { EMULATION_SCHEMA } from "../emulation/emulation-file";
import { NETWORK_SCHEMA } from "../emulation/network";
import { UsageError } from "../errors";
import { CHANNEL_SCHEMA } from "../experiments/channel-schema";
import { EXPERIMENT_SCHEMA } from "../experiments/experiment-schema";
import { SCENARIO_SCHEMA } from "../experiments/scenario";

const SCHEMAS: Readonly<Record<string, object>> = {
  site: SITE_SCHEMA,
  emulation: EMULATION_SCHEMA,
  network: NETWORK_SCHEMA,
  experiment: EXPERIMENT_SCHEMA,
  channel: CHANNEL_SCHEMA,
  scenario: SCENARIO_SCHEMA,
};

/** The JSON Schema of a file kind as text. @throws UsageError */
export function schemaText(kind: string): string {
  const schema = SCHEMAS[kind];
  if (schema) return `${JSON.stringify(schema, null, 2)}\n`;
  const kinds = Object.keys(SCHEMAS).join(", ");
  throw new UsageError(`--print-schema ${kind}: wanted ${kinds}`);
}
