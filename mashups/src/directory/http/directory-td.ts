import type { ThingSecurity } from "@fogwot/core";
import { DISCOVERY_CONTEXT } from "../enriched-context";
import { AVAILABILITIES } from "../registration";
import { JSON_TYPE, LD_TYPE, MERGE_PATCH_TYPE, TD_TYPE } from "./media-types";

export interface DirectoryTdOptions {
  /** Absolute URI of the directory as a Thing. */
  readonly id: string;
  readonly title: string;
  /** Where the paths of the directory are, without a slash at the end. */
  readonly baseUrl: string;
  /** Whether reading needs a token, as changing always does. @default false */
  readonly protectsReads?: boolean;
  /** Of a site with access rules: what is asked for everywhere. */
  readonly security?: ThingSecurity;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The directory's own Thing Description. Names and forms are those of W3C's Thing Model of a
 * directory; what it says is what this directory does, no less and no more.
 *
 * @see W3C WoT Discovery, section 7.3.2.4
 */
export function createDirectoryTd(options: DirectoryTdOptions): Json {
  const { id, title, baseUrl, protectsReads = false, security } = options;
  const td: Json = {
    "@context": [
      "https://www.w3.org/2022/wot/td/v1.1",
      DISCOVERY_CONTEXT,
      { "@language": "en", htv: "http://www.w3.org/2011/http#" },
    ],
    "@type": "ThingDirectory",
    id,
    title,
    description: "Where the Things of this site are registered, and found.",
    version: { instance: "1.0.0" },
    base: `${baseUrl}/`,
    securityDefinitions: {
      nosec_sc: { scheme: "nosec" },
      bearer_sc: {
        scheme: "bearer",
        in: "header",
        format: "opaque",
        description: "The token of the running site (RFC 6750).",
      },
    },
    security: [protectsReads ? "bearer_sc" : "nosec_sc"],
    schemaDefinitions: { problem },
    properties: { things },
    actions: {
      createThing: create("Registers a Thing Description that has an id, or replaces it"),
      createAnonymousThing,
      retrieveThing,
      updateThing: update("Replaces a Thing Description"),
      partiallyUpdateThing,
      deleteThing,
      searchJSONPath,
      searchSemantic,
    },
    events: {
      thingCreated: event("thing_created", "A Thing Description was registered", "{?diff}"),
      thingUpdated: event("thing_updated", "A Thing Description was changed", "{?diff}"),
      thingDeleted: event("thing_deleted", "A Thing Description left: deleted or expired", ""),
    },
    forms: [
      {
        op: ["subscribeallevents", "unsubscribeallevents"],
        href: "events",
        contentType: JSON_TYPE,
        subprotocol: "sse",
      },
    ],
  };
  return security ? securedBy(security, td) : td;
}

/** The same for all forms: none says anything of its own. */
function securedBy(security: ThingSecurity, td: Json): Json {
  const text = JSON.stringify(td, (key, value: unknown) => {
    if (key === "" || typeof value !== "object" || value === null) return value;
    if (!("href" in value)) return value;
    const { security: _own, ...form } = value as Readonly<Record<string, unknown>>;
    return form;
  });
  return { ...(JSON.parse(text) as Json), ...security };
}

const bearer = { security: ["bearer_sc"] };

const problem = {
  title: "Problem details",
  description: "What a failed request answers (RFC 7807).",
  type: "object",
  required: ["type", "title", "status", "detail", "code"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer", minimum: 400, maximum: 599 },
    detail: { type: "string" },
    code: { type: "string" },
    validationErrors: {
      description: "What is wrong with a submitted Thing Description.",
      type: "array",
      items: {
        type: "object",
        required: ["field", "description"],
        properties: { field: { type: "string" }, description: { type: "string" } },
      },
    },
  },
};

const failures = {
  additionalResponses: [
    { success: false, contentType: "application/problem+json", schema: "problem" },
  ],
};

const thingId = {
  id: {
    "@type": "ThingID",
    title: "Thing Description ID",
    type: "string",
    format: "iri-reference",
  },
};

const tdMembers = {
  id: { type: "string", format: "uri" },
  title: { type: "string" },
  registration: {
    description: "What the directory knows about the registration",
    type: "object",
    properties: {
      created: { type: "string", format: "date-time", readOnly: true },
      modified: { type: "string", format: "date-time", readOnly: true },
      retrieved: { type: "string", format: "date-time", readOnly: true },
      expires: { type: "string", format: "date-time" },
      ttl: { description: "Time to live", type: "number", unit: "s", exclusiveMinimum: 0 },
      "fog:availability": { type: "string", enum: [...AVAILABILITIES] },
      "fog:lastSeen": { type: "string", format: "date-time" },
    },
  },
};

const tdObject = { description: "A Thing Description", type: "object", properties: tdMembers };
const partialTd = {
  description: "A Partial TD as a JSON merge patch (RFC 7396)",
  type: "object",
  properties: tdMembers,
};

function form(method: string, href: string, further: Json): Json {
  return { op: "invokeaction", href, "htv:methodName": method, ...further, ...failures };
}

function create(description: string): Json {
  return { ...update(description), safe: false };
}

function update(description: string): Json {
  const forms = [form("PUT", "things/{id}", { contentType: TD_TYPE, ...bearer })];
  return { description, uriVariables: thingId, input: tdObject, idempotent: true, forms };
}

const createAnonymousThing = {
  description: "Registers a Thing Description without id under an id that the directory makes",
  input: tdObject,
  forms: [
    form("POST", "things", {
      contentType: TD_TYPE,
      response: { contentType: TD_TYPE, "htv:headers": [{ "htv:fieldName": "Location" }] },
      ...bearer,
    }),
  ],
};

const retrieveThing = {
  description: "Retrieves a Thing Description",
  uriVariables: thingId,
  output: tdObject,
  safe: true,
  idempotent: true,
  forms: [form("GET", "things/{id}", { contentType: TD_TYPE })],
};

const partiallyUpdateThing = {
  description: "Changes parts of a Thing Description; an empty patch renews the registration",
  uriVariables: thingId,
  input: partialTd,
  forms: [form("PATCH", "things/{id}", { contentType: MERGE_PATCH_TYPE, ...bearer })],
};

const deleteThing = {
  description: "Takes a Thing Description out of the directory",
  uriVariables: thingId,
  idempotent: true,
  forms: [form("DELETE", "things/{id}", bearer)],
};

const page = {
  offset: { title: "Things to skip", type: "integer", minimum: 0, default: 0 },
  limit: { title: "Things of a page", type: "integer", minimum: 1 },
  format: { title: "Form of the answer", type: "string", enum: ["array", "collection"] },
};

const listing = {
  oneOf: [
    { description: "Thing Descriptions", type: "array", items: tdObject },
    {
      description: "A page of Thing Descriptions, with its place in the collection",
      type: "object",
      properties: {
        "@context": { const: DISCOVERY_CONTEXT },
        "@type": { const: "ThingCollection" },
        "@id": { type: "string" },
        total: { type: "integer" },
        members: { type: "array", items: tdObject },
        next: { type: "string" },
      },
    },
  ],
};

const things = {
  description: "All Thing Descriptions, sorted by id",
  ...listing,
  readOnly: true,
  uriVariables: page,
  forms: [
    {
      op: "readproperty",
      href: "things{?offset,limit,format}",
      "htv:methodName": "GET",
      contentType: LD_TYPE,
      ...failures,
    },
  ],
};

const searchJSONPath = {
  description: "What a JSONPath expression (RFC 9535) selects from the array of Thing Descriptions",
  uriVariables: { query: { title: "A JSONPath expression", type: "string" } },
  output: { type: "array", items: { description: "Any JSON value" } },
  safe: true,
  idempotent: true,
  forms: [form("GET", "search/jsonpath{?query}", { contentType: JSON_TYPE })],
};

const searchSemantic = {
  description: "Thing Descriptions by what they mean, whatever prefixes they were written with",
  uriVariables: {
    type: { title: "IRI or CURIE of a class of the Thing or an affordance", type: "string" },
    unit: { title: "IRI or CURIE of a unit of its data", type: "string" },
    location: { title: "Name or IRI of the place it is at", type: "string" },
    near: { title: "Latitude, longitude (WGS 84, degrees) and radius (m)", type: "string" },
    availability: { title: "Whether it can be used", type: "string", enum: [...AVAILABILITIES] },
    seenSince: { title: "Heard since then", type: "string", format: "date-time" },
    ...page,
  },
  output: listing,
  safe: true,
  idempotent: true,
  forms: [
    form(
      "GET",
      "search/semantic{?type,unit,location,near,availability,seenSince,offset,limit,format}",
      {
        contentType: LD_TYPE,
      },
    ),
  ],
};

function event(name: string, description: string, query: string): Json {
  const isDiff = query !== "";
  return {
    description,
    ...(isDiff
      ? { uriVariables: { diff: { title: "Tells what has changed, too", type: "boolean" } } }
      : {}),
    data: {
      description: "A Partial TD, at least the id",
      type: "object",
      required: ["id"],
      properties: { id: { type: "string" } },
    },
    forms: [
      {
        op: ["subscribeevent", "unsubscribeevent"],
        href: `events/${name}${query}`,
        contentType: JSON_TYPE,
        subprotocol: "sse",
      },
    ],
  };
}
