import { PROFILES } from "../module";
import { CAPABILITIES, FIELD_TYPES } from "./manifest";

const SHA256 = { type: "string", pattern: "^[0-9a-f]{64}$" } as const;
const SCHEMA_ID = { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9:/._-]{0,99}$" } as const;
const NAME = { type: "string", pattern: "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", maxLength: 64 } as const;
const VERSION = {
  type: "string",
  pattern: "^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z.-]+)?$",
  maxLength: 64,
} as const;
const TEXT = { type: "string", maxLength: 500 } as const;
const INSTANT = {
  type: "string",
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z$",
};
const COUNTER = { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
const BUFFER = { type: "integer", minimum: 8, maximum: 1_048_576, default: 1_024 } as const;

const PORTS = {
  type: "array",
  maxItems: 64,
  default: [],
  items: {
    type: "object",
    additionalProperties: false,
    required: ["name", "schema"],
    properties: { name: NAME, schema: SCHEMA_ID, description: TEXT },
  },
} as const;

const FIELD = {
  type: "object",
  additionalProperties: false,
  required: ["name", "type"],
  properties: {
    name: { type: "string", pattern: "^[A-Za-z][A-Za-z0-9]{0,62}$" },
    type: { enum: FIELD_TYPES },
    count: { type: "integer", minimum: 1, maximum: 65_536 },
    unit: TEXT,
    description: TEXT,
    minimum: { type: "number" },
    maximum: { type: "number" },
    default: {
      anyOf: [{ type: "number" }, { type: "array", items: { type: "number" }, maxItems: 65_536 }],
    },
  },
} as const;

/** Members that author's and published manifest share, with the defaults of the author's. */
const SHARED = {
  name: NAME,
  version: VERSION,
  description: TEXT,
  profile: { enum: PROFILES, default: "portable" },
  memoryMaxPages: {
    type: "integer",
    minimum: 1,
    maximum: 65_536,
    default: 1,
    description: "Pages of 65 536 bytes that the module may grow to.",
  },
  fuelPerCall: {
    type: "integer",
    minimum: 1,
    maximum: 2_000_000_000,
    description: "Units (about an instruction each) that one call may use.",
  },
  buffers: {
    type: "object",
    additionalProperties: false,
    default: {},
    properties: { in: BUFFER, out: BUFFER },
  },
  ports: {
    type: "object",
    additionalProperties: false,
    required: ["in", "out"],
    properties: { in: PORTS, out: PORTS },
  },
  records: {
    type: "object",
    maxProperties: 64,
    default: {},
    propertyNames: SCHEMA_ID,
    additionalProperties: { type: "array", minItems: 1, maxItems: 256, items: FIELD },
  },
  config: { anyOf: [{ type: "null" }, SCHEMA_ID], default: null },
  capabilities: { type: "array", uniqueItems: true, default: [], items: { enum: CAPABILITIES } },
  gpio: { type: "array", uniqueItems: true, maxItems: 64, default: [], items: NAME },
  assets: {
    type: "array",
    maxItems: 64,
    default: [],
    items: {
      type: "object",
      additionalProperties: false,
      required: ["name", "sha256", "size"],
      properties: { name: NAME, sha256: SHA256, size: COUNTER },
    },
  },
  stateVersion: { type: "integer", minimum: 0, maximum: 1_000_000, default: 0 },
  acceptsState: {
    type: "array",
    uniqueItems: true,
    maxItems: 1_000,
    default: [],
    items: { type: "integer", minimum: 1, maximum: 1_000_000 },
  },
  minNode: VERSION,
} as const;

const OPTIONAL = new Set(["description", "minNode"]);

/** `manifest.json` in a processor's folder. */
export const AUTHOR_MANIFEST_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "fogwot processor",
  type: "object",
  additionalProperties: false,
  required: ["name", "version", "ports", "fuelPerCall"],
  properties: {
    ...SHARED,
    source: {
      type: "string",
      pattern: "^(?!/)(?!.*\\.\\.).{1,200}\\.(ts|wasm)$",
      default: "assembly/index.ts",
      description: "AssemblyScript, or a module that another compiler has made.",
    },
    runtime: { enum: ["stub", "minimal"], default: "stub" },
  },
} as const;

/** The signed manifest: nothing is left to a default. */
export const MANIFEST_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "fogwot published processor",
  type: "object",
  additionalProperties: false,
  required: [
    ...Object.keys(SHARED).filter((name) => !OPTIONAL.has(name)),
    ...["abi", "wasmSha256", "size", "keyId", "counter", "previous", "notBefore", "expires"],
  ],
  properties: {
    ...SHARED,
    abi: { const: 1 },
    wasmSha256: SHA256,
    size: COUNTER,
    keyId: { type: "string", pattern: "^[0-9a-f]{32}$" },
    counter: COUNTER,
    previous: { anyOf: [{ type: "null" }, SHA256] },
    notBefore: { anyOf: [{ type: "null" }, INSTANT] },
    expires: { anyOf: [{ type: "null" }, INSTANT] },
  },
} as const;
