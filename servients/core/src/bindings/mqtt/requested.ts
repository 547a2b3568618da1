import type { DataSchema } from "wot-typescript-definitions";
import { ForbiddenError, InputError } from "../../errors";
import type { AccessRequest } from "../../security";
import { CBOR_TYPE } from "../cbor";
import { namesIn } from "../operation-variables";
import { decode, JSON_TYPE } from "../payload";
import { mqttOperation, type SiteTopics } from "./access-topics";
import { type DescribedThing, partsOf, readableProperties } from "./affordances";
import { TYPE_VARIABLE } from "./constants";
import type { RequestTopic } from "./topics";

/** A Thing Description, as far as it says how properties are named in a request. */
export interface DescribedForms extends DescribedThing {
  readonly forms?: readonly { readonly op?: string | readonly string[] }[];
}

/**
 * Everything that a request asks to be permitted: the operation, and for one on a whole Thing each
 * affordance that it touches.
 *
 * @param described the Thing's description; where it is not known, nothing on the whole Thing may be done
 * @throws ForbiddenError; InputError for a payload that names no properties
 */
export function requestsOf(
  topic: string,
  request: RequestTopic,
  payload: Buffer,
  topics: SiteTopics,
  described: DescribedForms | undefined,
): AccessRequest[] {
  const asked = mqttOperation(topic, "publish", topics);
  if (!asked) return [];
  if (asked.affordance) return [asked];
  if (!described) throw new ForbiddenError(`${request.base} has not been described yet`);
  return [asked, ...partsOf(asked, described, namesOf(request, payload, described))];
}

/** The properties a request names; undefined where it stands for all. */
function namesOf(
  { operation, query }: RequestTopic,
  payload: Buffer,
  described: DescribedForms,
): readonly string[] | undefined {
  if (operation === "readmultipleproperties") {
    return namesIn(query, namesVariable(described), readableProperties(described));
  }
  if (operation !== "writemultipleproperties") return undefined;
  const type = new URLSearchParams(query).get(TYPE_VARIABLE) ?? JSON_TYPE;
  const value: unknown = decode(
    { type: type === CBOR_TYPE ? type : JSON_TYPE, body: payload },
    ANY,
  );
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.keys(value);
  }
  throw new InputError({ path: "", got: typeof value, wanted: "an object of values by property" });
}

const ANY: DataSchema = {};

/** As the Thing itself declared it: it takes no other for a list of names. */
function namesVariable({ forms = [] }: DescribedForms): string {
  for (const form of forms) {
    const topic = (form as { "fog:requestTopic"?: unknown })["fog:requestTopic"];
    if (![form.op ?? []].flat().includes("readmultipleproperties")) continue;
    const [, name] = /\{[?&]([^{}]+)\}/.exec(String(topic)) ?? [];
    if (name !== undefined) return name;
  }
  // Of none: so that every property has to be permitted.
  return "";
}
