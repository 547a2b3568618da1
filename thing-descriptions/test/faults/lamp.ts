import { isObject, type JsonObject } from "../../src/json/json";
import { parsePointer } from "../../src/json/pointer";

/** A Thing Description with nothing to remark, to be broken in one place. */
export function lamp(): JsonObject {
  return {
    "@context": ["https://www.w3.org/2022/wot/td/v1.1", { saref: "https://saref.etsi.org/core/" }],
    "@type": ["Thing", "saref:LightSwitch"],
    id: "urn:example:lamp",
    title: "Lamp",
    base: "http://127.0.0.1:8080/lamp/",
    securityDefinitions: { none: { scheme: "nosec" } },
    security: "none",
    schemaDefinitions: { problem: { type: "object", properties: {} } },
    properties: {
      brightness: { type: "integer", minimum: 0, maximum: 100, forms: [{ href: "brightness" }] },
    },
    actions: {
      fade: {
        uriVariables: { seconds: { type: "number" } },
        forms: [{ href: "fade{?seconds}", additionalResponses: [{ schema: "problem" }] }],
      },
    },
    events: { burnt: { data: { type: "string" }, forms: [{ href: "burnt" }] } },
  };
}

/** JSON Pointer → new value; undefined removes the member. */
export type Change = Readonly<Record<string, unknown>>;

export function broken(change: Change): JsonObject {
  const td = lamp();
  for (const [pointer, value] of Object.entries(change)) {
    const segments = parsePointer(pointer) ?? [];
    const name = segments.pop() as string;
    let owner: unknown = td;
    for (const segment of segments) owner = (owner as JsonObject)[segment];
    if (value === undefined && isObject(owner)) delete owner[name];
    else (owner as JsonObject)[name] = value;
  }
  return td;
}

/** A fault: what it is, how to make it, where and by which rule it must be found. */
export type Fault = readonly [title: string, change: Change, path: string, rule: string];
