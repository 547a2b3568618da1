import { FogwotError } from "../../../errors";
import type { Access, AffordanceFolder, Principal } from "../../../security";
import type { Peer } from "./peer";

/** What one client may do: asked before anything of its request reaches a Thing. */
export class Gate {
  readonly #access: Access | undefined;
  readonly #principal: Principal | undefined;

  /** @param access undefined lets everybody do everything */
  constructor(access: Access | undefined, principal: Principal | undefined) {
    this.#access = access;
    this.#principal = principal;
  }

  /**
   * @param thing id; undefined for what concerns the server
   * @param affordance undefined for an operation on the Thing itself
   * @throws UnauthorizedError, ForbiddenError, TooManyRequestsError
   */
  pass(thing: string | undefined, op: string, kind?: AffordanceFolder, name?: string): void {
    if (!this.#access) return;
    const affordance = kind && name !== undefined ? { affordance: { kind, name } } : {};
    this.#access.authorize(this.#principal, { thing, op, ...affordance });
  }

  /** Whether it passes; a fault of ours is no refusal. */
  permits(thing: string | undefined, op: string, kind?: AffordanceFolder, name?: string): boolean {
    try {
      this.pass(thing, op, kind, name);
      return true;
    } catch (error) {
      if (error instanceof FogwotError) return false;
      throw error;
    }
  }
}

/** Lets clients in by what their transport has proved about them. */
export class Gatekeeper {
  readonly #access: Access | undefined;
  readonly #unknown: Gate;

  constructor(access: Access | undefined) {
    this.#access = access;
    this.#unknown = new Gate(access, undefined);
  }

  /**
   * Asked for every request, so that whoever has lost his key is out while still connected.
   * @throws UnauthorizedError, TooManyRequestsError
   */
  admit({ identity, address }: Peer): Gate | Promise<Gate> {
    if (!this.#access || identity === undefined) return this.#unknown;
    const principal = this.#access.authenticate({ kind: "psk", identity }, address);
    return principal instanceof Promise
      ? principal.then((known) => new Gate(this.#access, known))
      : new Gate(this.#access, principal);
  }

  /**
   * Asks again on behalf of a subscription.
   * @throws what `admit` or the check throws: it has to end
   */
  recheck(peer: Peer, check: (gate: Gate) => void): void {
    if (!this.#access) return;
    const gate = this.admit(peer);
    // Keys are known at once; what takes longer is found out by the next request.
    if (gate instanceof Promise) gate.catch(() => undefined);
    else check(gate);
  }
}
