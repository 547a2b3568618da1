import type { ExposedThing } from "@node-wot/core";
import { UnsupportedMediaTypeError } from "../../errors";
import { actionsOf, isAsynchronous, startAction, statusesOf, statusOf } from "../actions";
import { CBOR_TYPE } from "../cbor";
import { affordance, invokeAction, readProperty, writeProperty } from "../interaction";
import { namesIn } from "../operation-variables";
import { decode, encode, JSON_TYPE, mediaType, type Payload } from "../payload";
import { propertySet, readProperties, writeProperties } from "../property-sets";
import { parseUriVariables, uriVariableSchemas } from "../uri-variables";
import { readableProperties } from "./affordances";
import { TYPE_VARIABLE } from "./constants";
import type { RequestOperation, RequestTopic } from "./topics";

/** Media types that values can be had and sent in. */
const VALUE_TYPES: readonly string[] = [JSON_TYPE, CBOR_TYPE];

/** A Thing as requests reach it. */
export interface RequestTarget {
  readonly thing: ExposedThing;
  /** Broker URL as advertised, below which invocations have their href. */
  readonly href: string;
  /** Index of this binding's form for an operation in a media type; 0 where there is none. */
  formIndex(operation: RequestOperation, name: string, type?: string): number;
  /** Query variable that names the properties to read. */
  readonly namesVariable: string;
  /** Topic below which each user gets answers alone; undefined of a Thing open to everybody. */
  readonly replies: string | undefined;
}

/**
 * Does what a request asks for.
 *
 * @param contentType of the body, where an MQTT 5 property names it
 * @returns undefined where there is no output
 * @throws FogwotError
 */
export async function carryOut(
  request: RequestTopic,
  target: RequestTarget,
  body: Buffer,
  contentType: string | undefined,
): Promise<Payload | undefined> {
  const { operation, name, query } = request;
  const { thing } = target;
  const asked = askedType(query);
  const input: Payload = { type: contentType ?? asked ?? JSON_TYPE, body };
  switch (operation) {
    case "readproperty": {
      const value = await readProperty(thing, name, interaction(request, target, "properties"));
      return inType(value, asked ?? JSON_TYPE);
    }
    case "writeproperty":
      await writeProperty(thing, name, input, interaction(request, target, "properties"));
      return undefined;
    case "readmultipleproperties":
      return readSet(target, query, asked ?? JSON_TYPE);
    case "writemultipleproperties":
      await writeProperties(thing, input, (one) => target.formIndex("writeproperty", one));
      return undefined;
    default:
      return carryOutAction(request, target, input, asked ?? answerTo(input));
  }
}

function carryOutAction(
  request: RequestTopic,
  target: RequestTarget,
  input: Payload,
  type: string,
): Promise<Payload | undefined> | Payload | undefined {
  const { operation, name, invocation = "" } = request;
  const { thing, href } = target;
  const hrefOf = ({ id }: { readonly id: string }) => `${href}/${id}`;
  switch (operation) {
    case "queryallactions":
      return encode(statusesOf(thing, Object.keys(thing.actions), hrefOf), type);
    case "queryaction":
      return encode(
        statusOf(actionsOf(thing).find(name, invocation), hrefOf({ id: invocation })),
        type,
      );
    case "cancelaction":
      actionsOf(thing).cancel(name, invocation);
      return undefined;
    default: {
      if (!isAsynchronous(thing, name)) {
        return invokeAction(thing, name, input, interaction(request, target, "actions", type));
      }
      const json = interaction(request, target, "actions");
      const started = startAction(thing, name, input, json);
      return encode(statusOf(started, hrefOf(started)), type);
    }
  }
}

async function readSet(target: RequestTarget, query: string, type: string): Promise<Payload> {
  const { thing, namesVariable } = target;
  const readable = readableProperties(thing);
  const names = namesIn(query, namesVariable, readable) ?? readable;
  const formIndexOf = (name: string) => target.formIndex("readproperty", name);
  const values = await readProperties(thing, names, formIndexOf);
  return propertySet(values, type);
}

/** The form to answer by, and the URI variables of the request. */
function interaction(
  { operation, name, query }: RequestTopic,
  target: RequestTarget,
  kind: "properties" | "actions",
  type: string = JSON_TYPE,
) {
  const asked = { formIndex: target.formIndex(operation, name, type) };
  if (query === "") return asked;
  const { thing } = target;
  const schemas = uriVariableSchemas(thing, affordance(thing, kind, name));
  const uriVariables = parseUriVariables(query, schemas);
  return uriVariables ? { ...asked, uriVariables } : asked;
}

/**
 * The media type the answer is to have.
 * @throws UnsupportedMediaTypeError
 */
function askedType(query: string): string | undefined {
  if (!query.includes(TYPE_VARIABLE)) return undefined;
  const asked = new URLSearchParams(query).get(TYPE_VARIABLE);
  if (asked === null) return undefined;
  if (VALUE_TYPES.includes(asked)) return asked;
  throw new UnsupportedMediaTypeError(asked, [...VALUE_TYPES]);
}

/** An action answers in the type of its input. */
function answerTo({ type, body }: Payload): string {
  return body.length > 0 && mediaType(type) === CBOR_TYPE ? CBOR_TYPE : JSON_TYPE;
}

/** A value in the media type asked for; a property's forms are for JSON. */
function inType(value: Payload, type: string): Payload {
  if (type === JSON_TYPE || mediaType(value.type) === type) return value;
  return encode(decode(value, {}), type);
}
