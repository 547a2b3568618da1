import { LINK_SETTINGS_SCHEMA } from "../link";
import { PROCESSOR_TRUST_SCHEMA, PROCESSORS_SCHEMA } from "./processors-schema";
import { SECURITY_SCHEMA } from "./security-schema";

const name = {
  type: "string",
  pattern: "^[a-z0-9][a-z0-9-]{0,62}$",
  description: "Lower-case letters, digits and hyphens; part of URLs and topics.",
} as const;
const host = { type: "string", minLength: 1, default: "127.0.0.1" } as const;
const port = { type: "integer", minimum: 0, maximum: 65_535 } as const;
const insecure = {
  type: "boolean",
  default: false,
  description: "Allows an unprotected server on an address that other machines reach.",
} as const;

const cors = {
  description: "Web pages that may call: of these origins, or of any (*).",
  anyOf: [
    { const: "*" },
    { type: "array", items: { type: "string", pattern: "^https?://[^/]+$" }, maxItems: 100 },
  ],
} as const;

const binding = {
  description: "own: fogwot's; stock: node-wot's, as a baseline; off.",
  anyOf: [
    { enum: ["own", "stock", "off"] },
    {
      type: "object",
      additionalProperties: false,
      properties: {
        implementation: { enum: ["own", "stock", "off"], default: "own" },
        port: { ...port, description: "0 takes a free one." },
      },
    },
  ],
} as const;

const coapBinding = {
  ...binding,
  anyOf: [
    binding.anyOf[0],
    {
      ...binding.anyOf[1],
      properties: {
        ...binding.anyOf[1].properties,
        securePort: { ...port, description: "Of coaps+tcp, with `security`. 0 takes a free one." },
      },
    },
  ],
} as const;

const device = {
  type: "object",
  additionalProperties: false,
  required: ["id", "type", "address"],
  properties: {
    id: name,
    type: { ...name, description: "Folder name of the device type, and its Thing Model." },
    title: { type: "string", minLength: 1 },
    description: { type: "string" },
    address: { type: "string", minLength: 1, description: "As the driver reads it (host:port)." },
    samplingIntervalMs: { type: "integer", minimum: 1_000, maximum: 3_600_000 },
    settings: {
      type: "object",
      additionalProperties: { type: "number" },
      description: "Writable properties of its type, as a calibration; set when it is heard.",
    },
    filter: { ...LINK_SETTINGS_SCHEMA, description: "Packet filter at the driver." },
  },
} as const;

const network = {
  type: "object",
  additionalProperties: false,
  required: ["name", "wsn", "driver", "devices"],
  properties: {
    name: { ...name, description: "Of the sensor network, and of its Network Thing." },
    wsn: { enum: ["wifi", "zigbee", "ble", "rs232"] },
    driver: { ...name, description: "Folder name of the driver." },
    settings: { type: "object", default: {}, description: "The driver's own settings." },
    devices: { type: "array", items: device, maxItems: 1_000 },
  },
} as const;

/** JSON Schema of a site file (`site.yaml`): production facts only. */
export const SITE_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "fogwot site",
  type: "object",
  additionalProperties: false,
  required: ["site", "nodes"],
  properties: {
    site: name,
    portBase: { ...port, minimum: 1_024, maximum: 65_400, default: 18_080 },
    server: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        host,
        httpPort: { ...port, default: 18_080 },
        thingPort: {
          ...port,
          description: "Of the server's own Thing, where it runs processors. 0 takes a free one.",
        },
        url: { type: "string", pattern: "^https?://" },
        insecure,
        cors: { ...cors, description: "Instead of the site's `cors`, for the server alone." },
        processors: PROCESSORS_SCHEMA,
      },
    },
    cors,
    dnsSd: {
      description: "Makes directory and Things known by DNS-SD on the local network.",
      type: "object",
      additionalProperties: false,
      properties: {
        interface: {
          type: "string",
          pattern: "^\\d{1,3}(\\.\\d{1,3}){3}$",
          description: "IPv4 address of one network interface.",
        },
        port: { ...port, minimum: 1, default: 5_353 },
      },
    },
    broker: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        embedded: { type: "boolean", default: true },
        port: { ...port, default: 18_083 },
        url: { type: "string", pattern: "^mqtts?://", description: "Of an external broker." },
        username: { type: "string" },
        passwordFile: { type: "string", description: "A file with mode 0600." },
        insecure,
      },
    },
    nodes: {
      type: "array",
      minItems: 1,
      maxItems: 100,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["name", "networks"],
        properties: {
          name,
          host,
          insecure,
          cors: { ...cors, description: "Instead of the site's `cors`, for the node alone." },
          bindings: {
            type: "object",
            additionalProperties: false,
            default: {},
            properties: {
              http: { ...binding, default: { port: 0 } },
              coap: { ...coapBinding, default: { port: 0 } },
              mqtt: { ...binding, default: {} },
            },
          },
          networks: { type: "array", minItems: 1, items: network },
          processors: PROCESSORS_SCHEMA,
        },
      },
    },
    mashup: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        policy: { type: "string", minLength: 1, default: "P1" },
        parameters: { type: "object", default: {} },
        m: { type: "integer", minimum: 1, maximum: 100_000, default: 1 },
        timeoutMs: { type: "integer", minimum: 1, maximum: 60_000, default: 500 },
        intervalMs: { type: "integer", minimum: 1, maximum: 3_600_000, default: 1_000 },
        binding: { enum: ["http", "coap", "mqtt"], default: "http" },
        seed: { type: "integer", minimum: 0, maximum: 4_294_967_295, default: 1 },
        devices: { type: "array", items: name },
      },
    },
    store: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        flushMs: { type: "integer", minimum: 1, maximum: 60_000, default: 250 },
        flushRows: { type: "integer", minimum: 1, maximum: 100_000, default: 2_000 },
      },
    },
    processors: PROCESSOR_TRUST_SCHEMA,
    security: SECURITY_SCHEMA,
  },
} as const;
