const name = {
  type: "string",
  pattern: "^[a-z0-9][a-z0-9-]{0,62}$",
} as const;
const text = { type: "string", minLength: 1 } as const;
const field = { anyOf: [text, { type: "number" }] } as const;

const fields = {
  type: "object",
  additionalProperties: { anyOf: [...field.anyOf, { type: "array", items: field }] },
  description:
    "Field of the port's record → quantity of the reading, or a number. timeMs is the time of the reading.",
} as const;
const thing = { ...text, description: "Of the server's directory: its id, or its name." } as const;
const port = { ...text, description: "In-port of the processor." } as const;

const feed = {
  description:
    "A device's bytes or readings, another processor's out-port, or a Thing's event or property.",
  oneOf: [
    {
      type: "object",
      additionalProperties: false,
      required: ["device", "data", "port"],
      properties: {
        device: { ...name, description: "Of the same node." },
        data: { enum: ["bytes", "reading"] },
        port,
        fields,
      },
    },
    {
      type: "object",
      additionalProperties: false,
      required: ["thing", "event", "port"],
      properties: { thing, event: text, port, fields },
    },
    {
      type: "object",
      additionalProperties: false,
      required: ["thing", "property", "port"],
      properties: { thing, property: text, port, fields },
    },
    {
      type: "object",
      additionalProperties: false,
      required: ["processor", "out", "port"],
      properties: { processor: name, out: text, port: text },
    },
  ],
} as const;

const outlet = {
  type: "object",
  additionalProperties: false,
  required: ["port"],
  properties: {
    port: { ...text, description: "Out-port of the processor." },
    event: {
      type: "boolean",
      default: false,
      description: "Every record becomes an event processorOutput of the Node Thing.",
    },
    device: { ...name, description: "Of the same node: `action` is invoked for each record." },
    thing: { ...thing, description: "Its `action` is invoked for each record: on the server." },
    action: text,
    input: {
      type: "object",
      additionalProperties: field,
      description:
        "Member of the action's input → field of the record, or a number. Without it there is no input.",
    },
    when: {
      type: "object",
      additionalProperties: false,
      required: ["field"],
      properties: {
        field: text,
        bits: { type: "integer", minimum: 1, description: "All of them are set in the field." },
        equals: { type: "number" },
      },
      description: "Invokes only for records of which this is true.",
    },
  },
} as const;

/** Processors of a fog node, or of the processing server. */
export const PROCESSORS_SCHEMA = {
  type: "array",
  maxItems: 100,
  default: [],
  items: {
    type: "object",
    additionalProperties: false,
    required: ["name", "from"],
    properties: {
      name: { ...name, description: "Of the node: one processor may run under several." },
      artifact: {
        ...text,
        description: "Published module, relative to the site file: deployed when nothing was yet.",
      },
      source: {
        ...text,
        description:
          "A processor's folder, relative to the site file: whoever starts the site builds it, and signs it with a key of the site's own.",
      },
      watch: {
        type: "boolean",
        default: false,
        description:
          "A changed artifact file is deployed by itself, also one that changed before the start.",
      },
      from: { type: "array", maxItems: 100, items: feed },
      to: { type: "array", maxItems: 100, default: [], items: outlet },
      config: {
        type: "object",
        additionalProperties: {
          anyOf: [{ type: "number" }, { type: "array", items: { type: "number" } }],
        },
        description: "By the fields of the manifest's configuration.",
      },
      gpio: {
        type: "object",
        additionalProperties: {
          type: "object",
          additionalProperties: false,
          required: ["device", "parameter"],
          properties: {
            device: name,
            parameter: { ...text, description: "Writable property of the device." },
            on: { type: "number", default: 1, description: "Written for 1; for 0 it is 0." },
          },
        },
        description: "Pin slot of the manifest → what is written to a device of the node.",
      },
    },
  },
} as const;

/** What holds for processors of the whole site. */
export const PROCESSOR_TRUST_SCHEMA = {
  type: "object",
  additionalProperties: false,
  properties: {
    trust: {
      ...text,
      description:
        "List of trusted publishers (`fogwot keys trust`), relative to the site file; without it, the site's own key alone.",
    },
    probation: {
      type: "object",
      additionalProperties: false,
      default: {},
      description: "How long a new version is watched before it is trusted.",
      properties: {
        frames: { type: "integer", minimum: 0, default: 100 },
        durationMs: { type: "integer", minimum: 0, default: 10_000 },
      },
    },
    checkpointMs: {
      type: "integer",
      minimum: 100,
      default: 10_000,
      description: "How often the state of every processor is kept on disk.",
    },
  },
} as const;
