import type { ExposedThing } from "@node-wot/core";
import type { DataSchema } from "wot-typescript-definitions";
import { affordance, checkedActionInput, type InteractionRequest, runAction } from "../interaction";
import { decode, type Payload } from "../payload";
import type { Invocation } from "./invocation";
import { type ActionOutput, ActionRegistry } from "./registry";
import type { ActionSettings } from "./settings";
import { type ActionStatus, statusOf } from "./status";

// Keyed by the Thing, so that every binding sees the same invocations and they go with the Thing.
const registries = new WeakMap<ExposedThing, ActionRegistry>();

/**
 * The one registry of a Thing's asynchronous actions.
 * @param settings taken by whichever binding asks first
 */
export function actionsOf(
  thing: ExposedThing,
  settings: Partial<ActionSettings> = {},
): ActionRegistry {
  let registry = registries.get(thing);
  if (!registry) {
    registry = new ActionRegistry(settings);
    registries.set(thing, registry);
  }
  return registry;
}

/** Whether an invocation is answered before the action is done: `synchronous: false` says so. */
export function isAsynchronous(thing: ExposedThing, name: string): boolean {
  return thing.actions[name]?.synchronous === false;
}

/**
 * Invokes an action whose handler may take longer than a request.
 *
 * @param request the form index of a JSON form: what its handler gives is kept as a value
 * @throws NotFoundError, InputError, UnsupportedMediaTypeError, OverloadedError; what the handler
 *   throws becomes the invocation's error
 */
export function startAction(
  thing: ExposedThing,
  name: string,
  input: Payload,
  request: InteractionRequest,
): Invocation {
  const given = checkedActionInput(thing, name, input);
  const schema = affordance(thing, "actions", name).output as DataSchema | undefined;
  return actionsOf(thing).start(name, async (signal) => {
    const output = await runAction(thing, name, given, { ...request, signal });
    return outputOf(output, schema ?? {});
  });
}

/**
 * What the invocations of some actions have come to, by action, newest first.
 * @param hrefOf where a binding answers for an invocation
 */
export function statusesOf(
  thing: ExposedThing,
  names: readonly string[],
  hrefOf: (invocation: Invocation) => string,
): Record<string, ActionStatus[]> {
  const all = actionsOf(thing).all();
  const known = names.flatMap((name): [string, ActionStatus[]][] => {
    const invocations = all.get(name);
    return invocations ? [[name, invocations.map((one) => statusOf(one, hrefOf(one)))]] : [];
  });
  return Object.fromEntries(known);
}

function outputOf(output: Payload | undefined, schema: DataSchema): ActionOutput {
  if (!output) return { value: undefined, bytes: 0 };
  return { value: decode(output, schema), bytes: output.body.length };
}

/**
 * What tells an action's handler that nobody waits for it any more: the invocation was cancelled,
 * ran too long, or its Thing goes. Never aborted where the binding cannot cancel.
 *
 * @param options the second argument of the handler
 * @example
 * thing.setActionHandler("drill", async (input, options) => drill(input, cancelSignal(options)));
 */
export function cancelSignal(options: object | undefined): AbortSignal {
  const { signal } = (options ?? {}) as { signal?: unknown };
  return signal instanceof AbortSignal ? signal : new AbortController().signal;
}
