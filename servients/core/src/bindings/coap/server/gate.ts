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
  admit(peer: Peer): Gate | Promise<Gate> {
    if (!this.#access) return this.#unknown;
    const { identity, address } = peer;
    if (identity === undefined) return this.#counted(undefined, address);
    let principal: Principal | Promise<Principal>;
    try {
      principal = this.#access.authenticate({ kind: "psk", identity }, address);
    } catch (error) {
      return this.#refuse(error, address);
    }
    if (!(principal instanceof Promise)) return this.#counted(principal, address);
    return principal.then(
      (known) => this.#counted(known, address),
      (error: unknown) => this.#refuse(error, address),
    );
  }

  /** One request of what is granted, whatever comes of it. */
  #counted(principal: Principal | undefined, address: string): Gate {
    this.#access?.admit(principal, address);
    return principal ? new Gate(this.#access, principal) : this.#unknown;
  }

  #refuse(error: unknown, address: string): never {
    this.#counted(undefined, address);
    throw error;
  }
}
