import { OverloadedError } from "../../../../errors";
import type { Clock } from "../../../../time";
import type { Payload } from "../../../payload";
import { Code } from "../../message";
import type { Exchange } from "../exchange";
import type { Observation } from "../observation";
import type { Observers } from "../observers";
import type { RequestOptions, RoutedRequest } from "../request";
import type { ThingEntry } from "../thing-entry";
import { type Outcome, represent } from "./represent";

const REGISTER = 0;
const DEREGISTER = 1;

export function isRegistration({ observe }: RequestOptions): boolean {
  return observe === REGISTER;
}

export function isDeregistration({ observe }: RequestOptions): boolean {
  return observe === DEREGISTER;
}

/** Takes one notification. @param affordance what it is of */
export type Offer = (payload: Payload, affordance: string) => void;

/** What is observed. */
export interface Subject {
  readonly entry: ThingEntry;
  /** Tells it apart from whatever else of the Thing can be observed, its media type included. */
  readonly resource: string;
  /** Of each affordance only the newest notification waits. */
  readonly keepsNewestOnly: boolean;
  /** @returns ends it */
  readonly subscribe: (offer: Offer) => Promise<() => void>;
  /** What the registration is answered with; empty where there is no state. */
  readonly state: () => Promise<Payload>;
}

/** Registers and deregisters observers (RFC 7641, section 4.1). */
export class Observing {
  readonly #observers: Observers;
  readonly #clock: Clock;

  constructor(observers: Observers, clock: Clock) {
    this.#observers = observers;
    this.#clock = clock;
  }

  deregister({ peer, request }: Exchange): void {
    const known = this.#observers.find(request.token, peer);
    if (known) this.#observers.remove(known);
  }

  /** @throws OverloadedError when the observers are at their maximum */
  async register(request: RoutedRequest, subject: Subject): Promise<Outcome> {
    const { peer, request: message } = request.exchange;
    const resource = `${subject.entry.path}/${subject.resource}`;
    const known = this.#observers.find(message.token, peer);
    // The same client and token: a refresh of the entry, or a new resource in its place.
    const isRefresh = known?.settings.resource === resource;
    if (known && !isRefresh) this.#observers.remove(known);
    const observation = isRefresh ? known : this.#add(request, subject, resource);
    try {
      if (!isRefresh) await subscribe(observation, subject);
      const state = await subject.state();
      const option = observation.registrationOption(state.body.length > 0);
      return {
        response: represent(Code.content, state, observation.hasEnded ? [] : [option]),
        onSent: (isPartial) => observation.open(isPartial),
        onReset: () => this.#observers.remove(observation),
      };
    } catch (error) {
      this.#observers.remove(observation);
      throw error;
    }
  }

  #add(request: RoutedRequest, subject: Subject, resource: string): Observation {
    if (this.#observers.isFull) {
      throw new OverloadedError("this server's observers are at their maximum");
    }
    const { exchange, options } = request;
    return this.#observers.add({
      clock: this.#clock,
      token: Buffer.from(exchange.request.token),
      peer: exchange.peer,
      thingPath: subject.entry.path,
      resource,
      isConfirmable: exchange.isConfirmable,
      keepsNewestOnly: subject.keepsNewestOnly,
      transferKey: request.transferKey,
      block: options.block2,
    });
  }
}

async function subscribe(observation: Observation, subject: Subject): Promise<void> {
  const unsubscribe = await subject.subscribe((payload, affordance) =>
    observation.offer(payload, affordance),
  );
  // The client may have left, or the Thing been destroyed, while the Thing subscribed.
  if (observation.hasEnded) unsubscribe();
  else observation.unsubscribe = unsubscribe;
}
