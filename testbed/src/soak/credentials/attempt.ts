import {
  FogwotError,
  InteractionTimeoutError,
  OperationNotAllowedError,
  UnreachableError,
} from "@fogwot/core";
import type { Form, ProtocolClient } from "@node-wot/core";
import { encode } from "../../validate/probe/content";
import { makeUp } from "../../validate/probe/made-up";
import type { Target } from "../../validate/probe/targets";

/**
 * What came of one attempt:
 * - `done`: the Thing did it.
 * - `let in`: the Thing said no for a reason of its own, such as an input that does not fit.
 * - `refused`: by the access rules.
 * - `shut out`: there was no connection, or no answer.
 */
export type Outcome = "done" | "let in" | "refused" | "shut out";

const REFUSALS = new Set([401, 403, 429]);
/** Begins of operations that another operation ends. */
const ENDING = /^un(observe|subscribe)/;

/** Whether an operation can be tried by itself. */
export function canBeTried({ op, problem }: Target): boolean {
  return problem === undefined && !ENDING.test(op);
}

/** Does what a form offers, with what the client has been given to show. */
export async function attempt(client: ProtocolClient, target: Target): Promise<Outcome> {
  try {
    await perform(client, target);
    return "done";
  } catch (error) {
    return outcomeOf(error);
  }
}

async function perform(client: ProtocolClient, { listed, op, href }: Target): Promise<void> {
  const form = { ...listed.form, href, op } as unknown as Form;
  const { affordance } = listed.of ?? {};
  if (op.startsWith("observe") || op.startsWith("subscribe")) {
    const subscription = await client.subscribeResource(form, () => undefined);
    subscription.unsubscribe();
    return;
  }
  if (op === "invokeaction" || op === "cancelaction") {
    const input = op === "invokeaction" ? affordance?.input : undefined;
    const made = input === undefined ? undefined : makeUp(input);
    const content = made && encode(made.value, form as never, input as never);
    await (await client.invokeResource(form, content)).toBuffer();
    return;
  }
  if (op.startsWith("write")) {
    const made = listed.of ? makeUp(affordance) : { value: {} };
    await client.writeResource(
      form,
      encode(made?.value ?? null, form as never, affordance as never),
    );
    return;
  }
  await (await client.readResource(form)).toBuffer();
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof InteractionTimeoutError || error instanceof UnreachableError) {
    return "shut out";
  }
  // Thrown by our client itself, which was not asked by the Thing.
  if (error instanceof OperationNotAllowedError) return "let in";
  if (error instanceof FogwotError && REFUSALS.has(error.status)) return "refused";
  return "let in";
}
