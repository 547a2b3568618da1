import type { ExposedThing } from "@node-wot/core";
import type { DataSchema } from "wot-typescript-definitions";
import {
  FogwotError,
  InputError,
  InternalError,
  NotFoundError,
  OperationNotAllowedError,
} from "../errors";
import { decode, fromContent, JSON_TYPE, type Payload, payloadAtHand, toContent } from "./payload";
import { propertyWritten } from "./property-writes";
import { validate } from "./schema";

/** One request as a binding understood it. `formIndex` names the form whose media type answers. */
export interface InteractionRequest {
  readonly formIndex: number;
  readonly uriVariables?: Record<string, unknown>;
  /** Aborted when the interaction is cancelled; the handler finds it by `cancelSignal()`. */
  readonly signal?: AbortSignal;
}

/**
 * The one way from any binding into an ExposedThing: existence, permission, payload and handler
 * errors mean the same over every protocol.
 *
 * @throws FogwotError with the status each binding maps to its own code
 */
export async function readProperty(
  thing: ExposedThing,
  name: string,
  request: InteractionRequest,
): Promise<Payload> {
  const property = affordance(thing, "properties", name);
  if (property.writeOnly) throw new OperationNotAllowedError("readproperty", `property ${name}`);
  // Not by `guarded`: every closure and every promise more shows in the reads a second.
  try {
    const content = await thing.handleReadProperty(name, options(request));
    return payloadAtHand(content) ?? (await fromContent(content));
  } catch (cause) {
    throw handlerFailure(cause);
  }
}

export async function writeProperty(
  thing: ExposedThing,
  name: string,
  input: Payload,
  request: InteractionRequest,
): Promise<void> {
  const property = affordance(thing, "properties", name);
  if (property.readOnly) throw new OperationNotAllowedError("writeproperty", `property ${name}`);
  checkInput(input, property as DataSchema);
  await writeChecked(thing, name, input, request);
}

/** Writes a value that has been checked already. */
export async function writeChecked(
  thing: ExposedThing,
  name: string,
  input: Payload,
  request: InteractionRequest,
): Promise<void> {
  await guarded(() => thing.handleWriteProperty(name, toContent(input), options(request)));
  propertyWritten(thing, name);
}

/**
 * An input is checked before the handler runs; a handler that is not there is our own fault.
 * @returns undefined where the handler gave no output
 */
export async function invokeAction(
  thing: ExposedThing,
  name: string,
  input: Payload,
  request: InteractionRequest,
): Promise<Payload | undefined> {
  return runAction(thing, name, checkedActionInput(thing, name, input), request);
}

/**
 * The input an action's handler is to get.
 * @throws NotFoundError, InputError, UnsupportedMediaTypeError
 */
export function checkedActionInput(thing: ExposedThing, name: string, input: Payload): Payload {
  const schema = affordance(thing, "actions", name).input as DataSchema | undefined;
  if (schema) return actionInput(input, schema);
  if (input.body.length === 0) return input;
  throw new InputError({ path: "", got: "a payload", wanted: "no payload" });
}

/** Runs an action's handler with an input that has been checked already. */
export function runAction(
  thing: ExposedThing,
  name: string,
  input: Payload,
  request: InteractionRequest,
): Promise<Payload | undefined> {
  return guarded(async () => {
    const output = await thing.handleInvokeAction(name, toContent(input), options(request));
    return output ? fromContent(output) : undefined;
  });
}

/** @throws NotFoundError */
export function affordance<K extends "properties" | "actions" | "events">(
  thing: ExposedThing,
  kind: K,
  name: string,
): ExposedThing[K][string] {
  const found = Object.hasOwn(thing[kind], name) ? thing[kind][name] : undefined;
  if (!found) throw new NotFoundError(`${KIND[kind]} ${name} of ${thing.id}`);
  return found as ExposedThing[K][string];
}

const KIND = { properties: "property", actions: "action", events: "event" } as const;

/**
 * An absent input stands for `{}` where every member is optional: TD 1.1 cannot say "optional
 * input", and node-wot would fail the handler's `value()` on nothing.
 */
function actionInput(input: Payload, schema: DataSchema): Payload {
  if (input.body.length > 0) {
    checkInput(input, schema);
    return input;
  }
  if (schema.type === undefined) return input;
  if (schema.type !== "object" || (schema.required?.length ?? 0) > 0) {
    throw new InputError({ path: "", got: "nothing", wanted: "a payload" });
  }
  return NO_MEMBERS;
}

const NO_MEMBERS: Payload = { type: JSON_TYPE, body: Buffer.from("{}") };

function checkInput(input: Payload, schema: DataSchema): void {
  const value = decode(input, schema);
  if (value === undefined) throw new InputError({ path: "", got: "nothing", wanted: "a payload" });
  validate(value, schema);
}

function options(request: InteractionRequest): InteractionRequest {
  // The handler gets them too, and may keep or change what it is handed.
  return { ...request };
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw handlerFailure(cause);
  }
}

function handlerFailure(cause: unknown): FogwotError {
  if (cause instanceof FogwotError) return cause;
  return new InternalError("the Thing's handler failed", { cause });
}
