import Ajv from "ajv";
import { encodeRecord, type ManifestBase, ManifestError, type RecordValue } from "../manifest";

/** One call, and what must come of it. Bytes are hex. */
export interface VectorStep {
  /** Hands a frame over. */
  readonly port?: number;
  readonly inHex?: string;
  /** Instead: time goes on, milliseconds since 1970. */
  readonly tickMs?: number;
  /** Instead: another configuration. */
  readonly config?: string | RecordValue;
  /** What the call returns; absent: anything from 0 up. */
  readonly result?: number;
  /** What it leaves in the out-buffer. */
  readonly outHex?: string;
  /** What it sends out by `emit`, in order. */
  readonly emits?: readonly { readonly port: number; readonly hex: string }[];
  readonly gpio?: readonly { readonly slot: number; readonly value: number }[];
}

/** Calls of one fresh instance, in order. */
export interface Vector {
  readonly name: string;
  /** Hex, or the record of the manifest's `config`; absent: every default. */
  readonly config?: string | RecordValue;
  readonly steps: readonly VectorStep[];
}

const HEX = { type: "string", pattern: "^([0-9a-f]{2})*$" } as const;
const WHOLE = { type: "integer", minimum: -2_147_483_648, maximum: 2_147_483_647 } as const;
const CONFIG = { anyOf: [HEX, { type: "object" }] } as const;

/** JSON Schema of `test/vectors.json`. */
export const VECTORS_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "fogwot processor vectors",
  type: "array",
  minItems: 1,
  items: {
    type: "object",
    additionalProperties: false,
    required: ["name", "steps"],
    properties: {
      name: { type: "string", minLength: 1 },
      config: CONFIG,
      steps: {
        type: "array",
        minItems: 1,
        items: {
          type: "object",
          additionalProperties: false,
          oneOf: [
            { required: ["port", "inHex"] },
            { required: ["tickMs"] },
            { required: ["config"] },
          ],
          properties: {
            port: WHOLE,
            inHex: HEX,
            tickMs: { type: "number" },
            config: CONFIG,
            result: WHOLE,
            outHex: HEX,
            emits: {
              type: "array",
              items: {
                type: "object",
                additionalProperties: false,
                required: ["port", "hex"],
                properties: { port: WHOLE, hex: HEX },
              },
            },
            gpio: {
              type: "array",
              items: {
                type: "object",
                additionalProperties: false,
                required: ["slot", "value"],
                properties: { slot: WHOLE, value: WHOLE },
              },
            },
          },
        },
      },
    },
  },
} as const;

/** @throws ManifestError with every offence */
export function checkVectors(value: unknown, source: string): readonly Vector[] {
  const validate = new Ajv({ allErrors: true, strict: false }).compile(VECTORS_SCHEMA);
  if (validate(value)) return value as Vector[];
  const mismatches = (validate.errors ?? []).slice(0, 20).map(({ instancePath, message }) => ({
    path: instancePath,
    got: at(value, instancePath),
    wanted: message ?? "another form",
  }));
  throw new ManifestError(source, mismatches);
}

function at(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce((one, name) => (one as Record<string, unknown> | undefined)?.[name], value);
}

/**
 * The bytes that `init` gets: hex as it is, JSON by the manifest's record, nothing where neither is given
 * and the manifest has no record either.
 * @throws ManifestError
 */
export function configBytes(
  { config: id, records }: Pick<ManifestBase, "config" | "records">,
  config: string | RecordValue | undefined,
): Uint8Array {
  if (typeof config === "string") return Buffer.from(config, "hex");
  const fields = id === null ? undefined : records[id];
  if (fields) return encodeRecord(fields, config ?? {}, "config");
  if (config === undefined) return new Uint8Array(0);
  throw new ManifestError("config", [{ path: "", got: config, wanted: "hex: no record is named" }]);
}
