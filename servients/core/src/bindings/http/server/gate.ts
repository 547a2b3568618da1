import type { IncomingMessage } from "node:http";
import type { ExposedThing } from "@node-wot/core";
import { FogwotError } from "../../../errors";
import type { AccessRequest, HttpGuard } from "../../../security";
import type { Exchange } from "./exchange";

export type AffordanceRef = NonNullable<AccessRequest["affordance"]>;

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

/** Decides by the credentials that a request shows. */
export function authorizeBy(guard: HttpGuard): Authorize {
  return (request, thing, affordance, op) =>
    guard.authorize(request, {
      thing: thing?.id,
      ...(affordance ? { affordance } : {}),
      op,
    });
}

export interface GateOptions {
  readonly authorize: Authorize;
  /** Behind `authorize`, where credentials are asked for. */
  readonly guard?: HttpGuard;
}

/** The way to one Thing, through which every request to it has to go. */
export class Gate {
  readonly #authorize: Authorize;
  readonly #guard: HttpGuard | undefined;
  readonly #thing: ExposedThing | undefined;

  constructor({ authorize, guard }: GateOptions, thing?: ExposedThing) {
    this.#authorize = authorize;
    this.#guard = guard;
    this.#thing = thing;
  }

  pass(request: IncomingMessage, op: string, affordance?: AffordanceRef): void | Promise<void> {
    return this.#authorize(request, this.#thing, affordance, op);
  }

  /** What goes on after a request was let in ends when its credentials cease to hold. */
  async endWithCredentials({ request, response }: Exchange): Promise<void> {
    const stop = await this.#guard?.watch(request, () => response.destroy());
    if (!stop) return;
    if (response.closed) stop();
    else response.once("close", stop);
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
      if (await this.#lets(request, op, { kind, name })) permitted.push(name);
    }
    return permitted;
  }

  /** Whether a request may read the Thing's description. */
  async shows(request: IncomingMessage): Promise<boolean> {
    return this.#authorize === allowEverything || this.#lets(request, "readdescription");
  }

  async #lets(request: IncomingMessage, op: string, affordance?: AffordanceRef): Promise<boolean> {
    try {
      await this.pass(request, op, affordance);
      return true;
    } catch (error) {
      if (!(error instanceof FogwotError)) throw error;
      return false;
    }
  }
}
