import type { IncomingMessage } from "node:http";
import type { ExposedThing } from "@node-wot/core";
import { FogwotError } from "../../../errors";

export interface AffordanceRef {
  readonly kind: "properties" | "actions" | "events";
  readonly name: string;
}

/**
 * Whether a request may do what it asks for. Called before anything else of it is looked at, once
 * for the operation; for one on a whole Thing also once for each affordance it would touch.
 *
 * @param thing undefined for what concerns the server: the list of its Things
 * @param affordance undefined for an operation on the Thing itself
 * @param op an operation of TD 1.1, or `readdescription`
 * @throws UnauthorizedError, or another refusal
 */
export type Authorize = (
  request: IncomingMessage,
  thing: ExposedThing | undefined,
  affordance: AffordanceRef | undefined,
  op: string,
) => void | Promise<void>;

/** What holds as long as every Thing served is `nosec`. */
export const allowEverything: Authorize = () => undefined;

/** The way to one Thing, through which every request to it has to go. */
export class Gate {
  readonly #authorize: Authorize;
  readonly #thing: ExposedThing | undefined;

  constructor(authorize: Authorize, thing?: ExposedThing) {
    this.#authorize = authorize;
    this.#thing = thing;
  }

  pass(request: IncomingMessage, op: string, affordance?: AffordanceRef): void | Promise<void> {
    return this.#authorize(request, this.#thing, affordance, op);
  }

  /** Those of several affordances a request may do something with. */
  async permitted(
    request: IncomingMessage,
    op: string,
    kind: AffordanceRef["kind"],
    names: readonly string[],
  ): Promise<readonly string[]> {
    if (this.#authorize === allowEverything) return names;
    const permitted: string[] = [];
    for (const name of names) {
      try {
        await this.pass(request, op, { kind, name });
        permitted.push(name);
      } catch (error) {
        if (!(error instanceof FogwotError)) throw error;
      }
    }
    return permitted;
  }
}
